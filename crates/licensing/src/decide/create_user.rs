//! `POST /users`, and users of a world.

use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{UserProfile, fold_name};
use crate::facts::{Facts, Scope, UserFacts};
use crate::refusal::Refusal;
use crate::usage_location::UsageLocation;
use std::sync::Arc;

/// Creates a user without licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateUser {
    /// The new user, id included.
    pub profile: UserProfile,
    /// `usageLocation`.
    pub usage_location: Option<UsageLocation>,
}

impl CreateUser {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.names.insert(fold_name(&self.profile.principal_name));
        scope.objects.insert(self.profile.id.0);
    }

    /// Creates the user unless its name or id belongs to somebody.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        if facts.names.contains_key(&fold_name(&self.profile.principal_name)) {
            return Err(Refusal::NameTaken("userPrincipalName"));
        }
        if facts.objects.contains_key(&self.profile.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.user;
        let mut entry = context.audit(Activity::AddUser);
        entry.affected.push(Affected::succeeded(key));
        let user = UserFacts {
            key,
            usage_location: self.usage_location,
            deleted_at: None,
            address_taken: false,
            manager: None,
            paths: Vec::new(),
            licensed_groups: Vec::new(),
            ruled_groups: Vec::new(),
            profile: Some(Arc::new(self.profile.clone())),
        };
        let changes = ChangeSet { users: vec![user], audit: vec![entry], ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::User(key)))
    }
}
