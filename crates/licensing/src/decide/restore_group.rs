//! Restoring a deleted group.

use super::{check_group, find_deleted_group, rule_of_group};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::GroupProfile;
use crate::dynamic_group::{RuleStatus, named_objects};
use crate::facts::{Facts, GroupFacts, Scope};
use crate::refusal::Refusal;
use crate::rules::group_properties::unique_name;
use std::sync::Arc;
use uuid::Uuid;

/// Brings a deleted group back with its members. It has no licences: else it could not have been deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreGroup {
    group: Uuid,
    /// The objects that its rule names.
    named: Vec<Uuid>,
    unique_name: Option<String>,
}

impl RestoreGroup {
    /// Restores this group.
    #[must_use]
    pub fn of(group: &GroupProfile) -> Self {
        let rule = group.properties.text("membershipRule").unwrap_or_default();
        Self { group: group.id.0, named: named_objects(rule).collect(), unique_name: unique_name(&group.properties) }
    }

    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.group);
        scope.objects.extend(self.named.iter().copied());
        scope.unique_names.extend(self.unique_name.clone());
    }

    /// Restores the group. A dynamic one has its members looked for.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`]; [`Refusal::NameTaken`] when another group got its unique name; for a membership rule that cannot be any more also [`Refusal::InvalidRule`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_deleted_group(facts, self.group, context)?;
        let mut entry = context.audit(Activity::RestoreGroup);
        entry.group = Some(group.key);
        let mut profile = GroupProfile::clone(&group.profile);
        let given = &group.profile.properties;
        check_group(facts, group.key, Some(given), given)?;
        let rule = rule_of_group::follow(facts, context, group.key, given, &mut profile.properties)?;
        let rule_status = rule_of_group::is_dynamic(given).then_some(RuleStatus::NotStarted);
        let after = GroupFacts { profile: Arc::new(profile), deleted_at: None, rule_status, ..group.clone() };
        let changes = ChangeSet { groups: vec![after], audit: vec![entry], ..rule };
        Ok(Decision::accepted(changes, Answer::Group(group.key)))
    }
}
