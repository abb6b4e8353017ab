//! Bodies of `POST /groups` and `PATCH /groups/{id}`.

use crate::error::ApiError;
use crate::wire::properties::Resource;
use crate::wire::{faults, reference};
use engine::schema::GROUP_PROPERTIES;
use licensing::directory::{Properties, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// Properties that a group must always have, in the order in which they are asked for.
const REQUIRED: [&str; 4] = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
/// What a mail nickname must not contain.
const NOT_IN_NICKNAMES: &str = "@()\\[]\";:<>, ";
/// Members and owners in a body at most, together.
const REFERENCES_MAX: usize = 20;

/// What a body sets, and whom it adds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct GroupBody {
    pub(crate) properties: Properties,
    pub(crate) members: Vec<Uuid>,
    pub(crate) owners: Vec<Uuid>,
}

impl GroupBody {
    /// The body of a new group: what is null is as if it were left out, and some properties must be there.
    pub(crate) fn of_new(body: &Map<String, Json>) -> Result<Self, ApiError> {
        let resource = resource(true);
        let read = Self::read(resource, body.iter().filter(|(_, value)| !value.is_null()))?;
        match REQUIRED.into_iter().find(|name| read.properties.get(name).is_none()) {
            None => Ok(read),
            Some(name) => Err(resource.missing(name)),
        }
    }

    /// The body of a change; null clears, and owners come one at a time.
    pub(crate) fn of_change(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(false), body.iter())
    }

    fn read<'a>(resource: Resource, members: impl Iterator<Item = (&'a String, &'a Json)>) -> Result<Self, ApiError> {
        let mut read = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "members@odata.bind" => read.members = reference::bound(name, value)?,
                "owners@odata.bind" if resource.creating => read.owners = reference::bound(name, value)?,
                name if faults::is_type_annotation(name) => {}
                name => {
                    let (name, value) = property(resource, name, value)?;
                    read.properties.0.insert(name.to_owned(), value);
                }
            }
        }
        if read.members.len() + read.owners.len() > REFERENCES_MAX {
            return Err(ApiError::refused(format!(
                "Too many references: at most {REFERENCES_MAX} can be specified in a request."
            )));
        }
        Ok(read)
    }
}

fn resource(creating: bool) -> Resource {
    Resource { name: "Group", type_name: "microsoft.graph.group", table: GROUP_PROPERTIES, creating }
}

/// A property with a value that it may have.
fn property(resource: Resource, name: &str, value: &Json) -> Result<(&'static str, Value), ApiError> {
    let (name, value) = resource.read(name, value)?;
    let is_allowed = match &value {
        Value::Null => !REQUIRED.contains(&name),
        Value::Text(text) if REQUIRED.contains(&name) => {
            !text.is_empty() && (name != "mailNickname" || is_nickname(text))
        }
        Value::List(types) if name == "groupTypes" => types.iter().all(is_group_type),
        _ => true,
    };
    if is_allowed { Ok((name, value)) } else { Err(resource.invalid(name)) }
}

fn is_nickname(text: &str) -> bool {
    text.is_ascii() && !text.contains(|letter: char| letter.is_ascii_control() || NOT_IN_NICKNAMES.contains(letter))
}

fn is_group_type(value: &Value) -> bool {
    value.as_text().is_some_and(|text| ["Unified", "DynamicMembership"].contains(&text))
}
