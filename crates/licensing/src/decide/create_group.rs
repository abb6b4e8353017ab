//! `POST /groups`, and groups of a world.

use super::add_member::members_added;
use super::add_owner::{OWNERS_MAX, owners_added};
use super::{check_group, rule_of_group};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::GroupProfile;
use crate::dynamic_group::RuleStatus;
use crate::facts::{Facts, GroupFacts, Scope};
use crate::refusal::Refusal;
use crate::rules::group_properties::unique_name;
use std::sync::Arc;
use uuid::Uuid;

/// Creates a group without licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateGroup {
    /// The new group, id included.
    pub profile: GroupProfile,
    /// The ids of its first members.
    pub members: Vec<Uuid>,
    /// The ids of its first owners.
    pub owners: Vec<Uuid>,
}

impl CreateGroup {
    /// A group that begins with nobody in it.
    #[must_use]
    pub fn empty(profile: GroupProfile) -> Self {
        Self { profile, members: Vec::new(), owners: Vec::new() }
    }

    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.profile.id.0);
        scope.objects.extend(self.members.iter().chain(&self.owners));
        scope.unique_names.extend(unique_name(&self.profile.properties));
        rule_of_group::add_to(&self.profile.properties, scope);
    }

    /// Creates the group with its members and owners, unless its id belongs to an object. A dynamic one has its members
    /// looked for.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`], [`Refusal::InvalidProperty`]; for members and owners what adding them is refused with;
    /// for a membership rule also [`Refusal::InvalidRule`] and [`Refusal::PropertyRequired`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        if facts.objects.contains_key(&self.profile.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.group;
        let given = &self.profile.properties;
        check_group(facts, key, None, given)?;
        let is_dynamic = rule_of_group::is_dynamic(given);
        if is_dynamic && !self.members.is_empty() {
            return Err(Refusal::DynamicMembership);
        }
        let mut entry = context.audit(Activity::AddGroup);
        entry.group = Some(key);
        let mut profile = self.profile.clone();
        let rule = rule_of_group::follow(facts, context, key, given, &mut profile.properties)?;
        let group = GroupFacts {
            key,
            profile: Arc::new(profile),
            deleted_at: None,
            processing: None,
            rule_status: is_dynamic.then_some(RuleStatus::NotStarted),
            members_updated_at: None,
        };
        let mut changes = ChangeSet { groups: vec![group], audit: vec![entry], ..rule };
        changes.then(owners_added(facts, context, key, &self.owners, OWNERS_MAX)?);
        changes.then(members_added(facts, context, key, &self.members)?);
        Ok(Decision::accepted(changes, Answer::Group(key)))
    }
}
