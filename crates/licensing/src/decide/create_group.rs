//! `POST /groups`, and groups of a world.

use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::GroupProfile;
use crate::facts::{Facts, GroupFacts};
use crate::refusal::Refusal;
use std::sync::Arc;

/// Creates a group without members and licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateGroup {
    /// The new group, id included.
    pub profile: GroupProfile,
}

impl CreateGroup {
    /// Creates the group unless its id belongs to an object.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        if facts.objects.contains_key(&self.profile.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.group;
        let mut entry = context.audit(Activity::AddGroup);
        entry.group = Some(key);
        let profile = Arc::new(self.profile.clone());
        let group = GroupFacts { key, profile, deleted_at: None, processing: None };
        let changes = ChangeSet { groups: vec![group], audit: vec![entry], ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::Group(key)))
    }
}
