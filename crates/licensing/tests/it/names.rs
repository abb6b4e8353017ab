//! Things are named by short texts. Their ids are those texts as bytes, so ids sort as the names do.

use licensing::Refusal;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::facts::UserRef;
use licensing::ids::{ServicePlanId, SkuId};
use licensing::usage_location::UsageLocation;
use uuid::Uuid;

/// The id that stands for a name of at most sixteen bytes.
pub(crate) fn id(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Uuid::from_bytes(bytes)
}

pub(crate) fn sku_id(name: &str) -> SkuId {
    SkuId(id(name))
}

pub(crate) fn plan_id(name: &str) -> ServicePlanId {
    ServicePlanId(id(name))
}

pub(crate) fn user_ref(name: &str) -> UserRef {
    UserRef::Id(id(name))
}

/// The name that an id stands for.
pub(crate) fn name(id: Uuid) -> String {
    String::from_utf8(id.into_bytes().into_iter().take_while(|byte| *byte != 0).collect()).unwrap()
}

/// A licence with all of its plans.
pub(crate) fn all_of(sku: &str) -> WantedLicense {
    without(sku, &[])
}

/// A licence without some of its plans.
pub(crate) fn without(sku: &str, plans: &[&str]) -> WantedLicense {
    let disabled = DisabledPlans::new(plans.iter().map(|plan| plan_id(plan)).collect());
    WantedLicense { sku: sku_id(sku), disabled }
}

pub(crate) fn lacks(plan: &str, needs_one_of: &[&str]) -> Refusal {
    let needs_one_of = needs_one_of.iter().map(|plan| plan_id(plan)).collect();
    Refusal::DependencyUnmet { plan: plan_id(plan), needs_one_of }
}

pub(crate) fn exclusive(smaller: &str, larger: &str) -> Refusal {
    Refusal::MutuallyExclusive { smaller: plan_id(smaller), larger: plan_id(larger) }
}

pub(crate) fn not_found(name: &str) -> Refusal {
    Refusal::ObjectNotFound(id(name).to_string())
}

pub(crate) fn country(code: &str) -> UsageLocation {
    UsageLocation::parse(code).unwrap()
}
