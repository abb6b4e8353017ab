//! What a user really has: paths projected to `assignedLicenses`, `assignedPlans` and `licenseDetails`
//! (specification 2.6, 2.7, 4.3). Nothing of this is stored.

use crate::assignment::{DisabledPlans, Path, PathState};
use crate::catalog::{AppliesTo, ServicePlan};
use crate::ids::{ServicePlanId, SkuKey};
use crate::subscription::CapabilityStatus;
use crate::tenant::Tenant;
use crate::time::Timestamp;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// `assignedLicenses`: each SKU with an applied path, and the plans that all of its applied paths leave out.
#[must_use]
pub fn assigned_licenses(paths: &[Path]) -> BTreeMap<SkuKey, DisabledPlans> {
    let mut licenses: BTreeMap<SkuKey, DisabledPlans> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.state.is_applied()) {
        licenses
            .entry(path.sku)
            .and_modify(|disabled| *disabled = disabled.intersection(&path.disabled))
            .or_insert_with(|| path.disabled.clone());
    }
    licenses
}

/// One entry of `assignedPlans`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedPlan {
    /// The plan.
    pub plan: Arc<ServicePlan>,
    /// The SKU's state, or `Deleted` for a plan that the user no longer has.
    pub status: CapabilityStatus,
    /// Since when the user has it; for a deleted one, when it was taken away.
    pub assigned_at: Timestamp,
}

impl AssignedPlan {
    /// Whether this tells more of the plan than what another path tells: the better state, or what in the same
    /// state came first; of two removals the later one took the plan away.
    fn supersedes(&self, known: &Self) -> bool {
        match self.status.cmp(&known.status) {
            Ordering::Equal if self.status == CapabilityStatus::Deleted => self.assigned_at > known.assigned_at,
            Ordering::Equal => self.assigned_at < known.assigned_at,
            better_or_worse => better_or_worse.is_lt(),
        }
    }
}

/// `assignedPlans`: one entry for each plan of a user, by plan id. A plan that arrives by several SKUs has
/// the best of their states. Company plans never appear (specification 3.3).
#[must_use]
pub fn assigned_plans(tenant: &Tenant, paths: &[Path]) -> Vec<AssignedPlan> {
    let mut plans: BTreeMap<ServicePlanId, AssignedPlan> = BTreeMap::new();
    for path in paths {
        let Some(sku) = tenant.skus.get(&path.sku) else {
            continue;
        };
        let (status, assigned_at) = match path.state {
            PathState::Active | PathState::ActiveWithError(_) => (sku.capability_status(), path.assigned_at),
            PathState::Removed => (CapabilityStatus::Deleted, path.updated_at),
            PathState::Error(_) => continue,
        };
        for plan in &sku.product.plans {
            if plan.applies_to == AppliesTo::Company || path.disabled.contains(plan.id) {
                continue;
            }
            let entry = AssignedPlan { plan: plan.clone(), status, assigned_at };
            plans
                .entry(plan.id)
                .and_modify(|known| {
                    if entry.supersedes(known) {
                        *known = entry.clone();
                    }
                })
                .or_insert(entry);
        }
    }
    plans.into_values().collect()
}

/// `provisioningStatus` of one plan of a licence that a user has (specification 2.7, 2.8).
#[must_use]
pub fn provisioning_status(plan: &ServicePlan, disabled: &DisabledPlans) -> &'static str {
    if disabled.contains(plan.id) && plan.applies_to == AppliesTo::User { "Disabled" } else { "Success" }
}

/// The enabled plans that take part in some rule, sorted, of SKUs with their disabled plans.
#[must_use]
pub fn ruled_plans<'a>(
    tenant: &Tenant,
    licenses: impl IntoIterator<Item = (SkuKey, &'a DisabledPlans)>,
) -> Vec<ServicePlanId> {
    let mut plans = Vec::new();
    for (key, disabled) in licenses {
        if let Some(sku) = tenant.skus.get(&key) {
            plans.extend(sku.ruled_plans.iter().filter(|plan| !disabled.contains(**plan)));
        }
    }
    plans.sort_unstable();
    plans.dedup();
    plans
}
