//! `POST /groups`, and groups of a world.

use super::rule_of_group;
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::GroupProfile;
use crate::dynamic_group::RuleStatus;
use crate::facts::{Facts, GroupFacts, Scope};
use crate::refusal::Refusal;
use std::sync::Arc;

/// Creates a group without members and licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateGroup {
    /// The new group, id included.
    pub profile: GroupProfile,
}

impl CreateGroup {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.profile.id.0);
        rule_of_group::add_to(&self.profile.properties, scope);
    }

    /// Creates the group unless its id belongs to an object. A dynamic one has its members looked for.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`]; for a membership rule also [`Refusal::InvalidRule`], [`Refusal::PropertyRequired`] and
    /// [`Refusal::InvalidProperty`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        if facts.objects.contains_key(&self.profile.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.group;
        let mut entry = context.audit(Activity::AddGroup);
        entry.group = Some(key);
        let mut profile = self.profile.clone();
        let given = &self.profile.properties;
        let rule = rule_of_group::follow(facts, context, key, given, &mut profile.properties)?;
        let group = GroupFacts {
            key,
            profile: Arc::new(profile),
            deleted_at: None,
            processing: None,
            rule_status: rule_of_group::is_dynamic(given).then_some(RuleStatus::NotStarted),
            members_updated_at: None,
        };
        let changes = ChangeSet { groups: vec![group], audit: vec![entry], ..rule };
        Ok(Decision::accepted(changes, Answer::Group(key)))
    }
}
