//! `DELETE /groups/{id}/members/{id}/$ref`.

use super::add_member::{by_hand, find_member, membership_change};
use super::find_group;
use crate::command::{Answer, Context, Decision};
use crate::facts::{Facts, Scope};
use crate::refusal::Refusal;
use uuid::Uuid;

/// Ends a direct membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveMember {
    /// The group's id.
    pub group: Uuid,
    /// The member's id.
    pub member: Uuid,
}

impl RemoveMember {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.extend([self.group, self.member]);
        scope.memberships.insert((self.group, self.member));
    }

    /// Removes the member; a user who leaves a licensed group is marked for evaluation.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also when the object exists but is no member; [`Refusal::DynamicMembership`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?.key;
        by_hand(facts, group)?;
        let member = find_member(facts, self.member)?;
        if !facts.memberships.contains(&(group, member)) {
            return Err(Refusal::ObjectNotFound(self.member.to_string()));
        }
        let changes = membership_change(facts, context, group, member, false);
        Ok(Decision::accepted(changes, Answer::Done))
    }
}
