//! Restoring a deleted user (specification 3.3).

use super::find_deleted_user;
use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{UserProfile, Value, fold_name};
use crate::facts::{Facts, Scope, UserFacts};
use crate::refusal::Refusal;
use crate::rules::principal_name;
use crate::time::{DAY_MILLIS, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// How long a deleted user can be restored (specification 3.3).
pub const RESTORABLE_DAYS: i64 = 30;

/// What was deleted after this moment can still be restored now.
#[must_use]
pub fn restorable_after(now: Timestamp) -> Timestamp {
    now.plus_millis(-RESTORABLE_DAYS * DAY_MILLIS)
}

/// Whether what was deleted then can still be restored now.
#[must_use]
pub fn is_restorable(deleted_at: Timestamp, now: Timestamp) -> bool {
    now < restorable_until(deleted_at)
}

/// From when on what was deleted then can no longer be restored.
#[must_use]
pub fn restorable_until(deleted_at: Timestamp) -> Timestamp {
    deleted_at.plus_millis(RESTORABLE_DAYS * DAY_MILLIS)
}

/// Brings a deleted user back with its licences, even when no seat is free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreUser {
    /// The user's id.
    pub user: Uuid,
    /// `newUserPrincipalName`: the name that it has from now on.
    pub principal_name: Option<String>,
    /// `autoReconcileProxyConflict`: whether it gives up the proxy addresses that live users have.
    pub gives_up_addresses: bool,
}

impl RestoreUser {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.user);
        scope.names.extend(self.principal_name.as_deref().map(fold_name));
    }

    /// Takes the seats again, over the limit if need be, and has the user's groups evaluated.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], also after [`RESTORABLE_DAYS`]; [`Refusal::DomainNotVerified`] and
    /// [`Refusal::InvalidProperty`] for a new name; [`Refusal::NameTaken`] when somebody got the name or
    /// an address meanwhile.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let user = find_deleted_user(facts, self.user, context)?;
        let missing = || Refusal::ObjectNotFound(self.user.to_string());
        let mut profile = UserProfile::clone(user.profile.as_ref().ok_or_else(missing)?);
        if let Some(name) = &self.principal_name {
            principal_name::check(&facts.tenant, name)?;
            profile.principal_name.clone_from(name);
        }
        if facts.names.contains_key(&fold_name(&profile.principal_name)) {
            return Err(Refusal::NameTaken("userPrincipalName"));
        }
        if let Some(taken) = facts.taken_addresses.get(&user.key).filter(|taken| !taken.is_empty()) {
            if !self.gives_up_addresses {
                return Err(Refusal::NameTaken("proxyAddresses"));
            }
            give_up(&mut profile, taken);
        }
        let mut entry = context.audit(Activity::RestoreUser);
        entry.affected.push(Affected::succeeded(user.key));
        let after = UserFacts { deleted_at: None, profile: Some(Arc::new(profile)), ..user.clone() };
        let changes = ChangeSet {
            consumed: user.held_skus().into_iter().map(|sku| (sku, 1)).collect(),
            users: vec![after],
            pending_users: [user.key].into(),
            audit: vec![entry],
            ..ChangeSet::default()
        };
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }
}

fn give_up(profile: &mut UserProfile, taken: &BTreeSet<String>) {
    if let Some(Value::List(addresses)) = profile.properties.0.get_mut("proxyAddresses") {
        addresses.retain(|address| address.as_text().is_none_or(|text| !taken.contains(&fold_name(text))));
    }
}
