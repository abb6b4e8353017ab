//! Users and groups: created, put together, licensed.

use super::Loading;
use crate::world::WorldError;
use crate::world::build::id_or_new;
use crate::world::declared::LicenseWorld;
use crate::world::directory::{GroupWorld, UserWorld};
use crate::world::text::Country;
use licensing::Command;
use licensing::decide::{
    add_member::AddMember, assign_to_group::AssignToGroup, assign_to_user::AssignToUser, create_group::CreateGroup,
    create_user::CreateUser,
};
use licensing::directory::{GroupProfile, Properties, UserProfile, Value, fold_name};
use licensing::facts::UserRef;
use licensing::ids::{GroupId, UserId};
use uuid::Uuid;

/// What an object gets after all objects are there.
struct Later<T> {
    at: usize,
    id: Uuid,
    what: T,
}

impl Loading {
    pub(super) fn users(&mut self, users: Vec<UserWorld>) -> Result<(), WorldError> {
        let mut licensed: Vec<Later<Vec<LicenseWorld>>> = Vec::new();
        for (at, user) in users.into_iter().enumerate() {
            let UserWorld { id, user_principal_name, usage_location, created_date_time, .. } = user;
            let id = id_or_new(id);
            if !user.assigned_licenses.is_empty() {
                licensed.push(Later { at, id, what: user.assigned_licenses });
            }
            let mut properties = user.properties;
            properties.0.entry("accountEnabled".to_owned()).or_insert(Value::Bool(true));
            let address_taken = self.claim_addresses(&properties);
            let key = self.facts.next_keys.user;
            let command = CreateUser {
                profile: UserProfile {
                    id: UserId(id),
                    principal_name: user_principal_name,
                    created_at: created_date_time.map_or(self.context.now, |time| time.0),
                    properties,
                },
                usage_location: usage_location.map(|Country(code)| code),
            };
            self.run(format_args!("users[{at}]"), &Command::CreateUser(command))?;
            if let Some(user) = self.facts.users.get_mut(&key) {
                user.address_taken = address_taken;
            }
        }
        for Later { at, id, what } in licensed {
            let path = format!("users[{at}].assignedLicenses");
            let add = self.wanted(&path, &what)?;
            let command = AssignToUser { user: UserRef::Id(id), add, remove: Vec::new() };
            self.run(path, &Command::AssignToUser(command))?;
        }
        Ok(())
    }

    /// Whether a user so far has one of these proxy addresses (E15).
    fn claim_addresses(&mut self, properties: &Properties) -> bool {
        let Some(Value::List(addresses)) = properties.get("proxyAddresses") else {
            return false;
        };
        let own: Vec<String> = addresses.iter().filter_map(Value::as_text).map(fold_name).collect();
        let taken = own.iter().any(|address| self.addresses.contains(address));
        self.addresses.extend(own);
        taken
    }

    pub(super) fn groups(&mut self, groups: Vec<GroupWorld>) -> Result<(), WorldError> {
        let mut created = Vec::new();
        for (at, group) in groups.into_iter().enumerate() {
            let id = id_or_new(group.id);
            let created_at = group.created_date_time.map_or(self.context.now, |time| time.0);
            let profile = GroupProfile { id: GroupId(id), created_at, properties: group.properties };
            self.run(format_args!("groups[{at}]"), &Command::CreateGroup(CreateGroup { profile }))?;
            created.push(Later { at, id, what: (group.members, group.assigned_licenses) });
        }
        for Later { at, id, what: (members, _) } in &created {
            self.members(*at, *id, members)?;
        }
        for Later { at, id, what: (_, licenses) } in created.iter().filter(|group| !group.what.1.is_empty()) {
            let path = format!("groups[{at}].assignedLicenses");
            let add = self.wanted(&path, licenses)?;
            let command = AssignToGroup { group: *id, add, remove: Vec::new() };
            self.run(path, &Command::AssignToGroup(command))?;
        }
        Ok(())
    }

    fn members(&mut self, at: usize, group: Uuid, members: &[String]) -> Result<(), WorldError> {
        for (place, text) in members.iter().enumerate() {
            let path = format_args!("groups[{at}].members[{place}]");
            let member = match UserRef::parse(text) {
                UserRef::Id(id) => id,
                UserRef::Name(_) => self.user_id(path, text)?,
            };
            self.run(path, &Command::AddMember(AddMember { group, member }))?;
        }
        Ok(())
    }
}
