//! `DELETE /users/{id}`: a soft delete (specification 3.3).

use super::find_user;
use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::facts::{Facts, UserFacts, UserRef};
use crate::refusal::Refusal;

/// Deletes a user so that it can be restored: its seats are free at once, its licences stay on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteUser {
    /// The user.
    pub user: UserRef,
}

impl DeleteUser {
    /// Gives back one seat for each SKU that the user holds.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let user = find_user(facts, &self.user)?;
        let mut entry = context.audit(Activity::DeleteUser);
        entry.affected.push(Affected::succeeded(user.key));
        let changes = ChangeSet {
            consumed: user.held_skus().into_iter().map(|sku| (sku, -1)).collect(),
            users: vec![UserFacts { deleted_at: Some(context.now), ..user.clone() }],
            audit: vec![entry],
            ..ChangeSet::default()
        };
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }
}
