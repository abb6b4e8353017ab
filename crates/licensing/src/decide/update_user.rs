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
    /// rules of dynamic groups. What is as it was already is neither written nor remembered.
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
        user_properties::addresses(&self.properties)?;
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
        let changed = changes_between(user, &after);
        if changed.is_empty() {
            return Ok(Decision::accepted(ChangeSet::default(), Answer::User(user.key)));
        }
        let mut changes = ChangeSet::default();
        if after.usage_location != user.usage_location && !user.licensed_groups.is_empty() {
            changes.pending_users.insert(user.key);
        }
        let mut entry = context.audit(Activity::UpdateUser);
        entry.affected.push(Affected::succeeded(user.key));
        entry.detail = Detail::Properties(changed);
        changes.audit.push(entry);
        changes.users.push(after);
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }
}

/// What is otherwise than before, by name.
fn changes_between(before: &UserFacts, after: &UserFacts) -> Vec<PropertyChange> {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
    let change = |name: &str, old: Option<&str>, new: Option<&str>| {
        (old != new).then(|| PropertyChange { name: name.to_owned(), old: text(old), new: text(new) })
    };
    let mut changed = Vec::new();
    if let (Some(before), Some(after)) = (&before.profile, &after.profile) {
        changed = changed_properties(&before.properties, &after.properties);
        changed.extend(change("userPrincipalName", Some(&before.principal_name), Some(&after.principal_name)));
    }
    let location = |user: &UserFacts| user.usage_location.map(|location| location.to_string());
    changed.extend(change("usageLocation", location(before).as_deref(), location(after).as_deref()));
    changed.sort_by(|one, other| one.name.cmp(&other.name));
    changed
}
