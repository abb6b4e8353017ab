//! `DELETE /directory/deletedItems/{id}`.

use super::pass_time::purged;
use super::{find_deleted_group, find_deleted_user};
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, Scope};
use crate::refusal::Refusal;
use uuid::Uuid;

/// Deletes for good what was deleted before. Its seats were free since then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletePermanently {
    /// A user, by id.
    User(Uuid),
    /// A group, by id.
    Group(Uuid),
}

impl DeletePermanently {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        let (Self::User(id) | Self::Group(id)) = self;
        scope.objects.insert(*id);
    }

    /// Deletes it.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also when it is not deleted yet.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let member = match self {
            Self::User(id) => Member::User(find_deleted_user(facts, *id, context)?.key),
            Self::Group(id) => Member::Group(find_deleted_group(facts, *id, context)?.key),
        };
        Ok(Decision::accepted(purged(vec![member], context), Answer::Done))
    }
}
