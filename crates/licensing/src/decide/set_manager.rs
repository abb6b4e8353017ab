//! `PUT` and `DELETE /users/{id}/manager/$ref`, and managers of a world.

use super::find_user;
use crate::audit::{Activity, Affected, Detail};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::facts::{Facts, Scope, UserFacts, UserRef};
use crate::refusal::Refusal;
use uuid::Uuid;

/// Says who a user's manager is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetManager {
    /// The user.
    pub user: UserRef,
    /// The manager's id; `None` when there is to be none.
    pub manager: Option<Uuid>,
}

impl SetManager {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        self.user.add_to(scope);
        scope.objects.extend(self.manager);
    }

    /// Sets the manager, or takes it away. Who is the manager already is not set again.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also when there is no manager to be taken away; [`Refusal::InvalidProperty`] for
    /// who would be its own manager.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let user = find_user(facts, &self.user)?;
        let manager = match self.manager {
            Some(id) => Some(find_user(facts, &UserRef::Id(id))?.key),
            None if user.manager.is_none() => return Err(Refusal::ObjectNotFound("manager".to_owned())),
            None => None,
        };
        if manager == Some(user.key) {
            return Err(Refusal::InvalidProperty { property: "manager", resource: "User" });
        }
        if manager == user.manager {
            return Ok(Decision::accepted(ChangeSet::default(), Answer::Done));
        }
        let activity = if manager.is_some() { Activity::SetManager } else { Activity::RemoveManager };
        let mut entry = context.audit(activity);
        entry.affected.push(Affected::succeeded(user.key));
        entry.detail = manager.or(user.manager).map(Detail::Manager).unwrap_or_default();
        let after = UserFacts { manager, ..user.clone() };
        let changes = ChangeSet { users: vec![after], audit: vec![entry], ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::Done))
    }
}
