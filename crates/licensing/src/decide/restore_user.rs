//! Restoring a deleted user (specification 3.3).

use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{Member, fold_name};
use crate::facts::{Facts, Scope, UserFacts};
use crate::refusal::Refusal;
use crate::time::{DAY_MILLIS, Timestamp};
use uuid::Uuid;

/// How long a deleted user can be restored (specification 3.3).
pub const RESTORABLE_DAYS: i64 = 30;

/// Brings a deleted user back with its licences, even when no seat is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreUser {
    /// The user's id.
    pub user: Uuid,
}

impl RestoreUser {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.user);
    }

    /// Takes the seats again, over the limit if need be, and has the user's groups evaluated.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also after [`RESTORABLE_DAYS`]; or [`Refusal::NameTaken`] when somebody got the name meanwhile.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let missing = || Refusal::ObjectNotFound(self.user.to_string());
        let Some(Member::User(key)) = facts.objects.get(&self.user) else {
            return Err(missing());
        };
        let is_restorable = |at: Timestamp| context.now < at.plus_millis(RESTORABLE_DAYS * DAY_MILLIS);
        let user =
            facts.users.get(key).filter(|user| user.deleted_at.is_some_and(is_restorable)).ok_or_else(missing)?;
        let name = user.profile.as_ref().map(|profile| fold_name(&profile.principal_name)).unwrap_or_default();
        if facts.names.contains_key(&name) {
            return Err(Refusal::NameTaken("userPrincipalName"));
        }
        let mut entry = context.audit(Activity::RestoreUser);
        entry.affected.push(Affected::succeeded(user.key));
        let changes = ChangeSet {
            consumed: user.held_skus().into_iter().map(|sku| (sku, 1)).collect(),
            users: vec![UserFacts { deleted_at: None, ..user.clone() }],
            pending_users: [user.key].into(),
            audit: vec![entry],
            ..ChangeSet::default()
        };
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }
}
