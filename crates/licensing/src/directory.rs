//! Users, groups and devices as directory objects: the properties that rules do not read.

use crate::ids::{ApplicationId, DeviceId, GroupId, GroupKey, UserId, UserKey};
use crate::rules::group_properties;
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// A property value of a directory object.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Cleared; the same as absent.
    Null,
    /// `Edm.Boolean`.
    Bool(bool),
    /// `Edm.Int32` or `Edm.Int64`.
    Int(i64),
    /// `Edm.String`, dates included.
    Text(String),
    /// A collection.
    List(Vec<Value>),
    /// A complex value.
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// The text of a string value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth of a Boolean value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

/// Properties by Graph's name; cleared ones are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(pub BTreeMap<String, Value>);

impl Properties {
    /// The value of a property that is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text of a string property that is set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_text)
    }

    /// Whether a Boolean property is true.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Sets what `changes` sets and clears what it sets to null. Of a complex value just the members that are named
    /// change, as OData has it (specification 2.1); a collection is replaced as a whole.
    pub fn update(&mut self, changes: &Self) {
        for (name, value) in &changes.0 {
            if let (Some(Value::Object(members)), Value::Object(changes)) = (self.0.get_mut(name), value) {
                merge(members, changes);
            } else if *value == Value::Null {
                self.0.remove(name);
            } else {
                self.0.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Sets members of a complex value, and clears those that are set to null.
fn merge(members: &mut BTreeMap<String, Value>, changes: &BTreeMap<String, Value>) {
    for (name, value) in changes {
        if *value != Value::Null {
            members.insert(name.clone(), value.clone());
        } else if members.contains_key(name) {
            // It is shown as null from now on, like one that was given as null.
            members.insert(name.clone(), Value::Null);
        }
    }
}

/// The proxy addresses among the properties of a user, as they were given.
pub fn addresses_of(properties: &Properties) -> impl Iterator<Item = &str> {
    let list = match properties.get("proxyAddresses") {
        Some(Value::List(addresses)) => addresses.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(Value::as_text)
}

/// The proxy addresses among the properties of a user, folded: their case does not matter.
pub fn folded_addresses(properties: &Properties) -> impl Iterator<Item = String> {
    addresses_of(properties).map(fold_name)
}

/// What a user is besides its licences.
#[derive(Clone, Debug, PartialEq)]
pub struct UserProfile {
    /// `id`.
    pub id: UserId,
    /// `userPrincipalName`, in the case in which it was given.
    pub principal_name: String,
    /// `createdDateTime`.
    pub created_at: Timestamp,
    /// All other properties except `usageLocation`.
    pub properties: Properties,
}

/// What a group is besides its licences.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupProfile {
    /// `id`.
    pub id: GroupId,
    /// `createdDateTime`.
    pub created_at: Timestamp,
    /// All other properties, `securityEnabled` among them.
    pub properties: Properties,
}

impl GroupProfile {
    /// Whether the group may carry licences (specification 4.1).
    #[must_use]
    pub fn security_enabled(&self) -> bool {
        self.properties.flag("securityEnabled")
    }

    /// Whether only some are told who its members are.
    #[must_use]
    pub fn hides_members(&self) -> bool {
        group_properties::hides_members(&self.properties)
    }

    /// Whether it is a Microsoft 365 group.
    #[must_use]
    pub fn is_unified(&self) -> bool {
        is_unified(&self.properties)
    }
}

/// Whether the properties are those of a Microsoft 365 group.
#[must_use]
pub fn is_unified(properties: &Properties) -> bool {
    match properties.get("groupTypes") {
        Some(Value::List(types)) => types.iter().any(|kind| kind.as_text() == Some("Unified")),
        _ => false,
    }
}

/// A direct member of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// A user: inherits the group's licences.
    User(UserKey),
    /// A nested group: its members inherit nothing (specification 4.1).
    Group(GroupKey),
}

/// A managed device and the users on it (specification 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedDevice {
    /// `id`.
    pub id: DeviceId,
    /// `deviceName`.
    pub name: String,
    /// Its users.
    pub users: Vec<UserKey>,
}

/// An application that may ask for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// `appId`.
    pub id: ApplicationId,
    /// `displayName`.
    pub display_name: String,
    /// Salted hash of the client secret, if it has one.
    pub secret_hash: Option<String>,
    /// Granted app roles, such as `LicenseAssignment.ReadWrite.All`.
    pub app_roles: Vec<String>,
}

/// Compares principal names, as the directory does: without case.
#[must_use]
pub fn fold_name(name: &str) -> String {
    name.to_lowercase()
}

/// Bytes in a text by which something is found, once it is [folded](fold_name): a `uniqueName`, a proxy address, the name of
/// a domain. Stores keep an index of them, and PostgreSQL's takes no key of more than 2,704 bytes.
pub const FOLDED_BYTES_MAX: usize = 1_024;

/// Whether a text is short enough for things to be found by it.
#[must_use]
pub fn is_findable(text: &str) -> bool {
    fold_name(text).len() <= FOLDED_BYTES_MAX
}
