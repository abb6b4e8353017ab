//! `DELETE /groups/{id}/owners/{id}/$ref`.

use super::add_owner::{owner_change, owners_of};
use super::{find_group, find_user};
use crate::command::{Answer, Context, Decision};
use crate::facts::{Facts, Scope, UserRef};
use crate::refusal::Refusal;
use uuid::Uuid;

/// Takes a group away from an owner, unless it is the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveOwner {
    /// The group's id.
    pub group: Uuid,
    /// The owner's id.
    pub owner: Uuid,
}

impl RemoveOwner {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.extend([self.group, self.owner]);
        scope.owners_of.insert(self.group);
    }

    /// Removes the owner. Those who are deleted do not count as owners.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also when the user exists but is no owner; [`Refusal::LastOwner`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?.key;
        let owner = find_user(facts, &UserRef::Id(self.owner))?.key;
        if !facts.owners.contains(&(group, owner)) {
            return Err(Refusal::ObjectNotFound(self.owner.to_string()));
        }
        if owners_of(facts, group).count() == 1 {
            return Err(Refusal::LastOwner);
        }
        Ok(Decision::accepted(owner_change(context, group, owner, false), Answer::Done))
    }
}
