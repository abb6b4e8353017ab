//! `POST /groups/{id}/assignLicense`: the synchronous half (specification 4.1, 4.2). Members follow in chunks.

use super::find_group;
use crate::assignment::WantedLicense;
use crate::audit::{Activity, Detail, LicenseChange};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::effective::ruled_plans;
use crate::facts::{Facts, GroupFacts, ProcessingState, Progress};
use crate::ids::{GroupKey, SkuId};
use crate::refusal::Refusal;
use crate::rules::{disabled_plans, plan_dependency, plan_exclusion, sku as sku_rule, wanted_lists};
use crate::tenant::LicensedGroup;
use uuid::Uuid;

/// Adds and removes licences of a group, all or none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignToGroup {
    /// The group's id.
    pub group: Uuid,
    /// Licences to add, or to set to other plans.
    pub add: Vec<WantedLicense>,
    /// Licences to remove.
    pub remove: Vec<SkuId>,
}

impl AssignToGroup {
    /// Checks the group's own resulting set and queues its members.
    ///
    /// # Errors
    /// E5, E7-E10, E12-E14, E17, E20 and [`Refusal::NotOnGroup`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?;
        wanted_lists::check(&self.add, &self.remove)?;
        if !group.profile.security_enabled() {
            return Err(Refusal::GroupNotEligible);
        }
        let resulting = self.resulting_licenses(facts, group)?;
        let rules = &facts.tenant.catalog.rules;
        let enabled = ruled_plans(&facts.tenant, resulting.licenses.iter().map(|(sku, disabled)| (*sku, disabled)));
        plan_dependency::check(rules, &enabled)?;
        plan_exclusion::check(rules, &enabled)?;

        Ok(licensed(facts, context, group.key, resulting))
    }

    fn resulting_licenses(&self, facts: &Facts, group: &GroupFacts) -> Result<LicensedGroup, Refusal> {
        let tenant = &facts.tenant;
        let before = tenant.licensed_groups.get(&group.key);
        let mut licenses = before.map(|group| group.licenses.clone()).unwrap_or_default();
        let mut add = Vec::new();
        for wanted in &self.add {
            add.push((sku_rule::known(tenant, wanted.sku)?, wanted));
        }
        let mut remove = Vec::new();
        for sku in &self.remove {
            remove.push((sku_rule::known(tenant, *sku)?.0, *sku));
        }
        for ((_, sku), _) in &add {
            sku_rule::assignable(sku)?;
        }
        for ((_, sku), wanted) in &add {
            disabled_plans::check(sku, &wanted.disabled)?;
        }
        for (key, sku) in remove {
            licenses.remove(&key).ok_or(Refusal::NotOnGroup(sku))?;
        }
        for ((key, _), wanted) in add {
            licenses.insert(key, wanted.disabled.clone());
        }
        let unchanged = before.filter(|group| group.licenses == licenses);
        let order = unchanged.map_or_else(|| next_order(facts), |group| group.order);
        Ok(LicensedGroup { id: group.profile.id, order, licenses })
    }
}

/// The group gets these licences, and its members are queued.
pub(super) fn licensed(facts: &Facts, context: &Context, group: GroupKey, licenses: LicensedGroup) -> Decision {
    let progress = Progress { queued_at: context.now, ..Progress::default() };
    let mut entry = context.audit(Activity::SetGroupLicense);
    entry.group = Some(group);
    let before = facts.tenant.licensed_groups.get(&group);
    entry.detail = Detail::Licenses(LicenseChange {
        before: before.map(|group| group.licenses.clone()).unwrap_or_default(),
        after: licenses.licenses.clone(),
    });
    let unchanged = before == Some(&licenses);
    let changes = ChangeSet {
        licensed_groups: if unchanged { Vec::new() } else { vec![(group, licenses)] },
        processing: vec![(group, ProcessingState::QueuedForProcessing)],
        pending_groups: vec![(group, Some(progress))],
        audit: vec![entry],
        ..ChangeSet::default()
    };
    Decision::accepted(changes, Answer::Group(group))
}

/// Groups compete in the order in which their licences were last changed.
pub(super) fn next_order(facts: &Facts) -> u32 {
    facts.tenant.licensed_groups.values().map(|group| group.order).max().map_or(0, |last| last + 1)
}
