//! `PATCH /groups/{id}`.

use super::{find_group, rule_of_group};
use crate::audit::{Activity, Detail, changed_properties};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{GroupProfile, Properties};
use crate::dynamic_group::RuleStatus;
use crate::facts::{Facts, GroupFacts, Scope};
use crate::refusal::Refusal;
use std::sync::Arc;
use uuid::Uuid;

/// Changes properties of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateGroup {
    /// The group's id.
    pub group: Uuid,
    /// Properties to set, or to clear with null.
    pub properties: Properties,
}

impl UpdateGroup {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.group);
        rule_of_group::add_to(&self.properties, scope);
    }

    /// Changes the group. One that has licences must stay security-enabled; another rule has all users looked at.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::GroupNotEligible`]; for a membership rule also
    /// [`Refusal::InvalidRule`], [`Refusal::PropertyRequired`] and [`Refusal::InvalidProperty`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?;
        let mut profile = GroupProfile::clone(&group.profile);
        profile.properties.update(&self.properties);
        let licensed = facts.tenant.licensed_groups.get(&group.key).is_some_and(|group| !group.licenses.is_empty());
        if licensed && !profile.security_enabled() {
            return Err(Refusal::GroupNotEligible);
        }
        let rule = rule_of_group::follow(facts, context, group.key, &self.properties, &mut profile.properties)?;
        let is_queued = rule.pending_rules.iter().any(|(_, progress)| progress.is_some());
        let rule_status = match rule_of_group::is_dynamic(&profile.properties) {
            true if is_queued || group.rule_status.is_none() => Some(RuleStatus::NotStarted),
            true => group.rule_status,
            false => None,
        };
        let mut entry = context.audit(Activity::UpdateGroup);
        entry.group = Some(group.key);
        entry.detail = Detail::Properties(changed_properties(&group.profile.properties, &self.properties));
        let after = GroupFacts { profile: Arc::new(profile), rule_status, ..group.clone() };
        let changes = ChangeSet { groups: vec![after], audit: vec![entry], ..rule };
        Ok(Decision::accepted(changes, Answer::Group(group.key)))
    }
}
