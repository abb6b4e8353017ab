//! `PATCH /users/{id}`.

use super::find_user;
use crate::audit::{Activity, Affected, Detail, PropertyChange, changed_properties};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{Properties, UserProfile, Value, fold_name};
use crate::facts::{Facts, Scope, UserFacts, UserRef};
use crate::refusal::Refusal;
use crate::rules::{principal_name, user_properties};
use crate::usage_location::UsageLocation;
use std::sync::Arc;

/// Changes properties of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateUser {
    /// The user.
    pub user: UserRef,
    /// A new `userPrincipalName`.
    pub principal_name: Option<String>,
    /// A new `usageLocation`; the inner `None` clears it.
    pub usage_location: Option<Option<UsageLocation>>,
    /// Other properties to set, or to clear with null.
    pub properties: Properties,
}

impl UpdateUser {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        self.user.add_to(scope);
        if let Some(name) = &self.principal_name {
            scope.names.insert(fold_name(name));
        }
    }

    /// Changes the user; another location has its group licences evaluated again, and any change the
    /// rules of dynamic groups.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::DomainNotVerified`], [`Refusal::NameTaken`],
    /// [`Refusal::InvalidProperty`] for a name or another value that cannot be one.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let user = find_user(facts, &self.user)?;
        let Some(profile) = &user.profile else {
            return Err(Refusal::ObjectNotFound(self.user.to_string()));
        };
        user_properties::check(&self.properties)?;
        let mut profile = UserProfile::clone(profile);
        if let Some(name) = &self.principal_name {
            principal_name::check(&facts.tenant, name)?;
            if facts.names.get(&fold_name(name)).is_some_and(|owner| *owner != user.key) {
                return Err(Refusal::NameTaken("userPrincipalName"));
            }
            profile.principal_name.clone_from(name);
        }
        profile.properties.update(&self.properties);
        let mut after = user.clone();
        after.profile = Some(Arc::new(profile));
        after.usage_location = self.usage_location.unwrap_or(user.usage_location);
        let mut changes = ChangeSet::default();
        if after.usage_location != user.usage_location && !user.licensed_groups.is_empty() {
            changes.pending_users.insert(user.key);
        }
        let mut entry = context.audit(Activity::UpdateUser);
        entry.affected.push(Affected::succeeded(user.key));
        entry.detail = Detail::Properties(self.changes_of(user));
        changes.audit.push(entry);
        changes.users.push(after);
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }

    /// What is set to something else, by name.
    fn changes_of(&self, user: &UserFacts) -> Vec<PropertyChange> {
        let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
        let mut changed = Vec::new();
        if let Some(profile) = &user.profile {
            changed = changed_properties(&profile.properties, &self.properties);
            let name = self.principal_name.as_deref().filter(|name| *name != profile.principal_name);
            changed.extend(name.map(|name| PropertyChange {
                name: "userPrincipalName".to_owned(),
                old: text(Some(&profile.principal_name)),
                new: text(Some(name)),
            }));
        }
        let location = self.usage_location.filter(|location| *location != user.usage_location);
        changed.extend(location.map(|location| PropertyChange {
            name: "usageLocation".to_owned(),
            old: text(user.usage_location.as_ref().map(UsageLocation::as_str)),
            new: text(location.as_ref().map(UsageLocation::as_str)),
        }));
        changed.sort_by(|one, other| one.name.cmp(&other.name));
        changed
    }
}
