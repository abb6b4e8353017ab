//! Users and groups: created and put together. Their licences come after that.

use super::Loading;
use crate::world::WorldError;
use crate::world::build::{findable, id_or_new};
use crate::world::declared::LicenseWorld;
use crate::world::directory::{GroupWorld, UserWorld};
use crate::world::text::Country;
use licensing::decide::{
    add_member::AddMember, add_owner::AddOwner, create_group::CreateGroup, create_user::CreateUser,
    set_manager::SetManager, set_up::SetUp, update_group::UpdateGroup,
};
use licensing::directory::{GroupProfile, Properties, UserProfile, Value, addresses_of, folded_addresses};
use licensing::facts::UserRef;
use licensing::ids::{GroupId, UserId};
use licensing::rules::principal_name;
use licensing::{Command, Refusal};
use std::collections::HashSet;
use std::fmt::Display;
use uuid::Uuid;

/// A user or group of the world that has licences: at least one.
pub(super) struct Licensed {
    /// Its place in the list.
    pub(super) at: usize,
    pub(super) id: Uuid,
    pub(super) licenses: Vec<LicenseWorld>,
}

impl Licensed {
    /// Keeps in mind what an object gets once all objects are there.
    fn later(list: &mut Vec<Self>, at: usize, id: Uuid, licenses: Vec<LicenseWorld>) {
        if !licenses.is_empty() {
            list.push(Self { at, id, licenses });
        }
    }
}

/// Where the members of dynamic groups, and owners, come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Members {
    /// Members follow from the rule; a world that lists them is wrong. Owners are added by the rules.
    Declared,
    /// An export lists who was selected: paused rules keep them. Who owned a group owns it.
    AsTheyWere,
}

/// Takes what makes a group a dynamic one out of its properties.
fn take_rule(properties: &mut Properties) -> Option<Properties> {
    const TYPES: &str = "groupTypes";
    let Some(Value::List(types)) = properties.0.get_mut(TYPES) else { return None };
    let all = Value::List(types.clone());
    let dynamic = Value::Text("DynamicMembership".to_owned());
    let is_dynamic = types.contains(&dynamic);
    types.retain(|name| *name != dynamic);
    let take = |name: &str| properties.0.remove(name).map(|value| (name.to_owned(), value));
    let rule = || ["membershipRule", "membershipRuleProcessingState"].into_iter().filter_map(take);
    is_dynamic.then(|| Properties(rule().chain([(TYPES.to_owned(), all)]).collect()))
}

impl Loading {
    /// Creates the users; those that have licences.
    pub(super) fn users(&mut self, users: Vec<UserWorld>) -> Result<Vec<Licensed>, WorldError> {
        let shared = shared_addresses(&users);
        let (mut licensed, mut managed) = (Vec::new(), Vec::new());
        for (at, user) in users.into_iter().enumerate() {
            let UserWorld { id, user_principal_name, usage_location, created_date_time, .. } = user;
            let id = id_or_new(id);
            managed.extend(user.manager.map(|manager| (at, id, manager)));
            Licensed::later(&mut licensed, at, id, user.assigned_licenses);
            let mut properties = user.properties;
            properties.0.entry("accountEnabled".to_owned()).or_insert(Value::Bool(true));
            principal_name::check(&self.facts.tenant, &user_principal_name)
                .map_err(|refusal| self.refused(format_args!("users[{at}].userPrincipalName"), refusal))?;
            for (place, address) in addresses_of(&properties).enumerate() {
                findable(self.at(format_args!("users[{at}].proxyAddresses[{place}]")), address)?;
            }
            let address_taken = folded_addresses(&properties).any(|address| shared.contains(&address));
            let key = self.facts.next_keys.user;
            let names = (id, user_principal_name.clone());
            let profile = UserProfile {
                id: UserId(id),
                principal_name: user_principal_name,
                created_at: created_date_time.map_or(self.context.now, |time| time.0),
                properties,
            };
            // Managers may come after those who report to them.
            let command = CreateUser::told(profile, usage_location.map(|Country(code)| code));
            self.run(format_args!("users[{at}]"), &Command::CreateUser(command))
                .map_err(|error| naming(error, names.0, &names.1))?;
            if let Some(user) = self.facts.users.get_mut(&key) {
                user.address_taken = address_taken;
            }
        }
        self.managers(managed)?;
        Ok(licensed)
    }

    /// Says who their managers are: place, user, and what the world calls the manager.
    fn managers(&mut self, managed: Vec<(usize, Uuid, String)>) -> Result<(), WorldError> {
        for (at, id, manager) in managed {
            let path = format!("users[{at}].manager");
            let manager = self.object_id(&path, &manager)?;
            let command = SetManager { user: UserRef::Id(id), manager: Some(manager) };
            self.run(path, &Command::SetManager(command))?;
        }
        Ok(())
    }

    /// Creates the groups with their members; those that have licences. Rules come last, for they may name groups.
    pub(super) fn groups(&mut self, groups: Vec<GroupWorld>, of_rules: Members) -> Result<Vec<Licensed>, WorldError> {
        let mut created = Vec::new();
        let mut rules = Vec::new();
        let mut licensed = Vec::new();
        for (at, group) in groups.into_iter().enumerate() {
            let id = id_or_new(group.id);
            let created_at = group.created_date_time.map_or(self.context.now, |time| time.0);
            let mut properties = group.properties;
            if let Some(rule) = take_rule(&mut properties) {
                if of_rules == Members::Declared && !group.members.is_empty() {
                    let problem = "the members of a dynamic group follow from its rule";
                    return Err(self.invalid(format_args!("groups[{at}].members"), problem));
                }
                rules.push((at, id, rule));
            }
            let unique_name = properties.text("uniqueName").map(str::to_owned);
            if let Some(name) = &unique_name {
                findable(self.at(format_args!("groups[{at}].uniqueName")), name)?;
            }
            let profile = GroupProfile { id: GroupId(id), created_at, properties };
            self.run(format_args!("groups[{at}]"), &Command::CreateGroup(CreateGroup::told(profile)))
                .map_err(|error| naming(error, id, unique_name.as_deref().unwrap_or_default()))?;
            created.push((id, group.members, group.owners));
            Licensed::later(&mut licensed, at, id, group.assigned_licenses);
        }
        for (at, (id, members, owners)) in created.iter().enumerate() {
            self.members(at, *id, members)?;
            self.owners(at, *id, owners, of_rules)?;
        }
        for (at, group, properties) in rules {
            let command = Command::UpdateGroup(UpdateGroup { group, properties, members: Vec::new() });
            self.run(format_args!("groups[{at}].membershipRule"), &command)?;
        }
        Ok(licensed)
    }

    fn members(&mut self, at: usize, group: Uuid, members: &[String]) -> Result<(), WorldError> {
        for (place, text) in members.iter().enumerate() {
            let path = format_args!("groups[{at}].members[{place}]");
            let member = self.object_id(path, text)?;
            self.run(path, &Command::AddMember(AddMember { group, member }))?;
        }
        Ok(())
    }

    fn owners(&mut self, at: usize, group: Uuid, owners: &[String], of_rules: Members) -> Result<(), WorldError> {
        for (place, text) in owners.iter().enumerate() {
            let path = format_args!("groups[{at}].owners[{place}]");
            let owner = self.object_id(path, text)?;
            let command = match of_rules {
                Members::Declared => Command::AddOwner(AddOwner { group, owner }),
                Members::AsTheyWere => Command::SetUp(SetUp::Owner(group, owner)),
            };
            self.run(path, &command)?;
        }
        Ok(())
    }

    /// The id that a place gives, or that of the user whom it names.
    fn object_id(&self, path: impl Display, text: &str) -> Result<Uuid, WorldError> {
        match UserRef::parse(text) {
            UserRef::Id(id) => Ok(id),
            UserRef::Name(_) => self.user_id(path, text),
        }
    }
}

/// The error, with what it is that another object has too: Graph's sentence does not say it.
fn naming(error: WorldError, id: Uuid, name: &str) -> WorldError {
    match error {
        WorldError::Refused { path, refusal: refusal @ Refusal::NameTaken(property) } => {
            let value = if property == "id" { id.to_string() } else { name.to_owned() };
            WorldError::Invalid { path, problem: format!("{refusal} It is `{value}`.") }
        }
        other => other,
    }
}

/// The folded proxy addresses that more than one user has (E15).
fn shared_addresses(users: &[UserWorld]) -> HashSet<String> {
    let mut owned = HashSet::new();
    let mut shared = HashSet::new();
    for user in users {
        let own: HashSet<String> = folded_addresses(&user.properties).collect();
        for address in own {
            if !owned.insert(address.clone()) {
                shared.insert(address);
            }
        }
    }
    shared
}
