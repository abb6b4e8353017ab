//! Why a user has a service or lacks it, and what would change that.

use crate::store::{Store, StoreError};
use licensing::dynamic_group::DynamicGroup;
use licensing::explain::{self, ExplainedPath, ExplainedPlan, Standing};
use licensing::facts::{Facts, GroupFacts, UserFacts, UserRef};
use licensing::ids::{GroupKey, ServicePlanId, SkuKey, TenantKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use licensing::{Refusal, subscription::CapabilityStatus};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the licences of one user stand.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The tenant: its SKUs and their plans.
    pub tenant: Arc<Tenant>,
    /// Seats in use per SKU.
    pub consumed: BTreeMap<SkuKey, i64>,
    /// The user.
    pub user: UserFacts,
    /// Its paths, those included that do not exist yet.
    pub paths: Vec<ExplainedPath>,
    /// The service plans that it has or could have by them.
    pub plans: Vec<ExplainedPlan>,
    /// The groups that give it licences, or should.
    pub groups: BTreeMap<GroupKey, GroupFacts>,
}

/// What is to be said to somebody who wants a path to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The entry of the manual, `docs/rules.md`, such as `E6`; none when nothing stands in the way.
    pub rule: Option<&'static str>,
    /// What stands in the way, in Graph's words where a rule does.
    pub reason: String,
    /// What would help.
    pub remedy: String,
}

/// Explains the live user that `user` means; `None` when there is none.
///
/// # Errors
/// When the store fails.
pub async fn explain(
    store: &dyn Store,
    tenant: TenantKey,
    user: &UserRef,
    now: Timestamp,
) -> Result<Option<Explanation>, StoreError> {
    let Some(user) = store.user(tenant, user).await?.value else { return Ok(None) };
    let seen = store.users_by_key(tenant, &[user.key]).await?;
    let Some(user) = seen.value.into_iter().find(|user| user.deleted_at.is_none()) else { return Ok(None) };
    let consumed = store.consumed(tenant).await?.value;
    let mut facts = Facts::of(seen.tenant.clone());
    facts.consumed.clone_from(&consumed);
    let paths = explain::paths(&facts, &user, seen.tenant.profile.time_at(now));
    let plans = explain::plans(&facts, &paths);
    let mut groups = BTreeMap::new();
    for key in explain::groups(&paths) {
        let Some(id) = seen.tenant.licensed_groups.get(&key).map(|group| group.id) else { continue };
        groups.extend(store.group(tenant, id.0).await?.value.map(|group| (key, group)));
    }
    Ok(Some(Explanation { tenant: seen.tenant, consumed, user, paths, plans, groups }))
}

impl Explanation {
    /// What to say of a path; `None` when it is as it is wanted.
    #[must_use]
    pub fn advice(&self, path: &ExplainedPath) -> Option<Advice> {
        match &path.standing {
            Standing::AsWanted => None,
            Standing::WouldBecome(_) => Some(Advice {
                rule: None,
                reason: "Nothing stands in the way any more, or the change has not been processed yet.".to_owned(),
                remedy: "Wait until the group is processed, or call reprocessLicenseAssignment for the user."
                    .to_owned(),
            }),
            Standing::HeldBackBy(skus) => {
                let others: Vec<_> = skus.iter().map(|sku| self.part_number(*sku)).collect();
                let others = others.join(", ");
                Some(Advice {
                    rule: Some("Other"),
                    reason: format!("The group gives all of its licences or none, and {others} cannot be applied."),
                    remedy: format!("Solve what stands in the way of {others}."),
                })
            }
            Standing::Refused(refusal) => Some(Advice {
                rule: rule(refusal),
                reason: refusal.to_string(),
                remedy: self.remedy(path.path.sku, refusal),
            }),
        }
    }

    fn remedy(&self, sku: SkuKey, refusal: &Refusal) -> String {
        match refusal {
            Refusal::NoSeat(_) => self.remedy_for_seats(sku),
            Refusal::ProhibitedInUsageLocation(_) => {
                "Change the user's usageLocation, or disable the plans that are not offered there.".to_owned()
            }
            Refusal::DependencyUnmet { plan, needs_one_of } => {
                let needed: Vec<_> = needs_one_of.iter().map(|plan| self.plan_name(*plan)).collect();
                let (plan, needed) = (self.plan_name(*plan), needed.join(" or "));
                format!("Remove the licence that has {plan}, disable {plan} in it, or give {needed} in another way.")
            }
            Refusal::MutuallyExclusive { smaller, larger } => {
                let (one, other) = (self.plan_name(*smaller), self.plan_name(*larger));
                format!("Remove one of the licences that have {one} and {other}, or disable that plan in one of them.")
            }
            Refusal::AddressTaken => {
                "Take the proxy address away from the other user who has it, or disable the mail plan.".to_owned()
            }
            _ => "Change what the sentence names, then call reprocessLicenseAssignment for the user.".to_owned(),
        }
    }

    fn remedy_for_seats(&self, key: SkuKey) -> String {
        let name = self.part_number(key);
        let Some(sku) = self.tenant.skus.get(&key) else {
            return format!("Buy seats of {name}.");
        };
        let status = sku.capability_status();
        if !status.is_assignable() {
            let status = if status == CapabilityStatus::Deleted { "has ended" } else { "is suspended" };
            return format!("The subscription of {name} {status}: renew it, then call reprocessLicenseAssignment.");
        }
        let (bought, used) = (sku.prepaid_units().assignable(), self.consumed.get(&key).copied().unwrap_or(0));
        format!(
            "{used} of {bought} seats of {name} are in use: free one or buy more, then call reprocessLicenseAssignment."
        )
    }

    /// The part number of a SKU.
    #[must_use]
    pub fn part_number(&self, sku: SkuKey) -> &str {
        self.tenant.skus.get(&sku).map_or("", |sku| &sku.product.part_number)
    }

    /// What a group is called.
    #[must_use]
    pub fn group_name(&self, group: GroupKey) -> &str {
        self.groups
            .get(&group)
            .and_then(|group| group.profile.properties.text("displayName"))
            .unwrap_or("a deleted group")
    }

    /// The rule by which a dynamic group has its members.
    #[must_use]
    pub fn rule_of(&self, group: GroupKey) -> Option<&str> {
        self.tenant.dynamic_groups.get(group).map(DynamicGroup::text)
    }

    fn plan_name(&self, wanted: ServicePlanId) -> String {
        let mut plans = self.tenant.catalog.products().flat_map(|product| &product.plans);
        plans.find(|plan| plan.id == wanted).map_or_else(|| wanted.to_string(), |plan| plan.name.clone())
    }
}

/// The entry of the manual about a refusal that a path can have.
fn rule(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::NoSeat(_) => Some("E6"),
        Refusal::DependencyUnmet { .. } => Some("E7"),
        Refusal::MutuallyExclusive { .. } => Some("E8"),
        Refusal::AddressTaken => Some("E15"),
        Refusal::ProhibitedInUsageLocation(_) => Some("E16"),
        _ => None,
    }
}
