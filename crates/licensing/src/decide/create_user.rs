//! `POST /users`, and users of a world.

use super::find_user;
use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{UserProfile, fold_name};
use crate::facts::{Facts, Scope, UserFacts, UserRef};
use crate::refusal::Refusal;
use crate::rules::principal_name;
use crate::usage_location::UsageLocation;
use std::sync::Arc;
use uuid::Uuid;

/// Creates a user without licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateUser {
    /// The new user, id included.
    pub profile: UserProfile,
    /// `usageLocation`.
    pub usage_location: Option<UsageLocation>,
    /// The id of its manager.
    pub manager: Option<Uuid>,
}

impl CreateUser {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.names.insert(fold_name(&self.profile.principal_name));
        scope.objects.insert(self.profile.id.0);
        scope.objects.extend(self.manager);
    }

    /// Creates the user unless its name or id belongs to somebody.
    ///
    /// # Errors
    /// [`Refusal::DomainNotVerified`], [`Refusal::NameTaken`], [`Refusal::InvalidProperty`] for a name that cannot be
    /// one, [`Refusal::ObjectNotFound`] for the manager.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let manager = match self.manager {
            Some(id) => Some(find_user(facts, &UserRef::Id(id))?.key),
            None => None,
        };
        principal_name::check(&facts.tenant, &self.profile.principal_name)?;
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
            manager,
            paths: Vec::new(),
            licensed_groups: Vec::new(),
            ruled_groups: Vec::new(),
            profile: Some(Arc::new(self.profile.clone())),
        };
        let mut audit = vec![entry];
        if manager.is_some() {
            let mut entry = context.audit(Activity::SetManager);
            entry.affected.push(Affected::succeeded(key));
            audit.push(entry);
        }
        let changes = ChangeSet { users: vec![user], audit, ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::User(key)))
    }
}
