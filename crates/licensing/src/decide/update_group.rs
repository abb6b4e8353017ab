//! `PATCH /groups/{id}`.

use super::add_member::members_added;
use super::{check_group, find_group, rule_of_group};
use crate::audit::{Activity, AuditEntry, Detail, changed_properties};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{GroupProfile, Properties};
use crate::dynamic_group::RuleStatus;
use crate::facts::{Facts, GroupFacts, Scope};
use crate::refusal::Refusal;
use crate::rules::group_properties::{self, unique_name};
use std::sync::Arc;
use uuid::Uuid;

/// Changes properties of a group, and adds members.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateGroup {
    /// The group's id.
    pub group: Uuid,
    /// Properties to set, or to clear with null.
    pub properties: Properties,
    /// The ids of users and groups that join.
    pub members: Vec<Uuid>,
}

impl UpdateGroup {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.group);
        scope.objects.extend(&self.members);
        scope.memberships.extend(self.members.iter().map(|member| (self.group, *member)));
        scope.unique_names.extend(unique_name(&self.properties));
        rule_of_group::add_to(&self.properties, scope);
    }

    /// Changes the group. One that has licences must stay security-enabled; another rule has all users looked at.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::GroupNotEligible`], [`Refusal::NameTaken`], what
    /// [`group_properties`] refuses; for members what adding them is refused with; for a membership rule also
    /// [`Refusal::InvalidRule`] and [`Refusal::PropertyRequired`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?;
        group_properties::references(self.members.len())?;
        group_properties::check_values(&self.properties)?;
        let mut profile = GroupProfile::clone(&group.profile);
        profile.properties.update(&self.properties);
        let licensed = facts.tenant.licensed_groups.get(&group.key).is_some_and(|group| !group.licenses.is_empty());
        if licensed && !profile.security_enabled() {
            return Err(Refusal::GroupNotEligible);
        }
        if !self.members.is_empty() && rule_of_group::is_dynamic(&profile.properties) {
            return Err(Refusal::DynamicMembership);
        }
        let joining = members_added(facts, context, group.key, &self.members)?;
        if self.properties.0.is_empty() && !self.members.is_empty() {
            return Ok(Decision::accepted(joining, Answer::Group(group.key)));
        }
        check_group(facts, group.key, Some(&group.profile.properties), &profile.properties)?;
        let rule = rule_of_group::follow(facts, context, group.key, &self.properties, &mut profile.properties)?;
        let is_dynamic = rule_of_group::is_dynamic(&profile.properties);
        let rule_status = is_dynamic.then_some(group.rule_status.unwrap_or(RuleStatus::NotStarted));
        let changed = changed_properties(&group.profile.properties, &profile.properties);
        let after = GroupFacts { profile: Arc::new(profile), rule_status, ..group.clone() };
        let mut changes = ChangeSet { groups: vec![after], ..rule };
        // A rule that is set to what it is runs again; nothing of the group changes.
        if !changed.is_empty() {
            let (group, detail) = (Some(group.key), Detail::Properties(changed));
            changes.audit.push(AuditEntry { group, detail, ..context.audit(Activity::UpdateGroup) });
        }
        changes.then(joining);
        Ok(Decision::accepted(changes, Answer::Group(group.key)))
    }
}
