//! `POST /users`, and users of a world.

use super::find_user;
use crate::audit::{Activity, Affected, AuditEntry, Detail};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{Properties, UserProfile, fold_name};
use crate::facts::{Facts, Scope, UserFacts, UserRef};
use crate::ids::UserId;
use crate::refusal::Refusal;
use crate::rules::principal_name;
use crate::rules::user_properties::{self, Password};
use crate::time::Timestamp;
use crate::usage_location::UsageLocation;
use std::sync::Arc;
use uuid::Uuid;

/// Creates a user without licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateUser {
    /// Its new id.
    pub id: UserId,
    /// `userPrincipalName`, if there is one.
    pub principal_name: Option<String>,
    /// All other properties except `usageLocation`.
    pub properties: Properties,
    /// `usageLocation`.
    pub usage_location: Option<UsageLocation>,
    /// The id of its manager.
    pub manager: Option<Uuid>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a new user comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A client asks for it: it must have what Graph requires of a new user, and begins now.
    Asked(Password),
    /// A world tells of it, as it was created at this time. Worlds may leave properties out.
    Told(Timestamp),
}

impl CreateUser {
    /// A user of a world, without a manager.
    #[must_use]
    pub fn told(profile: UserProfile, usage_location: Option<UsageLocation>) -> Self {
        let UserProfile { id, principal_name, created_at, properties } = profile;
        let (principal_name, origin) = (Some(principal_name), Origin::Told(created_at));
        Self { id, principal_name, properties, usage_location, manager: None, origin }
    }

    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.names.extend(self.principal_name.as_deref().map(fold_name));
        scope.objects.insert(self.id.0);
        scope.objects.extend(self.manager);
    }

    /// Creates the user unless its name or id belongs to somebody.
    ///
    /// # Errors
    /// What [`user_properties`] refuses, [`Refusal::DomainNotVerified`], [`Refusal::NameTaken`],
    /// [`Refusal::InvalidProperty`] for a name that cannot be one, [`Refusal::ObjectNotFound`] for the manager.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let created_at = match self.origin {
            Origin::Told(at) => at,
            Origin::Asked(password) => {
                user_properties::check(&self.properties)?;
                user_properties::required(self.principal_name.as_deref(), password, &self.properties)?;
                context.now
            }
        };
        let name = self.principal_name.clone().unwrap_or_default();
        let manager = match self.manager {
            Some(id) => Some(find_user(facts, &UserRef::Id(id))?.key),
            None => None,
        };
        principal_name::check(&facts.tenant, &name)?;
        user_properties::addresses(&self.properties)?;
        if facts.names.contains_key(&fold_name(&name)) {
            return Err(Refusal::NameTaken("userPrincipalName"));
        }
        if facts.objects.contains_key(&self.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.user;
        let profile =
            UserProfile { id: self.id, principal_name: name, created_at, properties: self.properties.clone() };
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
            profile: Some(Arc::new(profile)),
        };
        let mut audit = vec![entry];
        if let Some(manager) = manager {
            let (affected, detail) = (vec![Affected::succeeded(key)], Detail::Manager(manager));
            audit.push(AuditEntry { affected, detail, ..context.audit(Activity::SetManager) });
        }
        let changes = ChangeSet { users: vec![user], audit, ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::User(key)))
    }
}
