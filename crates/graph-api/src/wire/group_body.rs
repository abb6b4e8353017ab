//! Bodies of `POST /groups` and `PATCH /groups/{id}`.

use crate::error::ApiError;
use crate::wire::faults;
use crate::wire::properties::Resource;
use engine::schema::GROUP_PROPERTIES;
use licensing::directory::{Properties, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Properties that a group must always have, in the order in which they are asked for.
const REQUIRED: [&str; 4] = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
/// What a mail nickname must not contain.
const NOT_IN_NICKNAMES: &str = "@()\\[]\";:<>, ";

/// What the body of a new group sets: what is null is as if it were left out, and some properties must be there.
pub(crate) fn of_new(body: &Map<String, Json>) -> Result<Properties, ApiError> {
    let resource = resource(true);
    let properties = read(resource, body.iter().filter(|(_, value)| !value.is_null()))?;
    match REQUIRED.into_iter().find(|name| properties.get(name).is_none()) {
        None => Ok(properties),
        Some(name) => Err(resource.missing(name)),
    }
}

/// What the body of a change sets; null clears.
pub(crate) fn of_change(body: &Map<String, Json>) -> Result<Properties, ApiError> {
    read(resource(false), body.iter())
}

fn resource(creating: bool) -> Resource {
    Resource { name: "Group", type_name: "microsoft.graph.group", table: GROUP_PROPERTIES, creating }
}

fn read<'a>(resource: Resource, members: impl Iterator<Item = (&'a String, &'a Json)>) -> Result<Properties, ApiError> {
    let mut properties = Properties(BTreeMap::new());
    for (name, value) in members.filter(|(name, _)| !faults::is_type_annotation(name)) {
        let (name, value) = resource.read(name, value)?;
        let is_allowed = match &value {
            Value::Null => !REQUIRED.contains(&name),
            Value::Text(text) if REQUIRED.contains(&name) => {
                !text.is_empty() && (name != "mailNickname" || is_nickname(text))
            }
            Value::List(types) if name == "groupTypes" => types.iter().all(is_group_type),
            _ => true,
        };
        if !is_allowed {
            return Err(resource.invalid(name));
        }
        properties.0.insert(name.to_owned(), value);
    }
    Ok(properties)
}

fn is_nickname(text: &str) -> bool {
    text.is_ascii() && !text.contains(|letter: char| letter.is_ascii_control() || NOT_IN_NICKNAMES.contains(letter))
}

fn is_group_type(value: &Value) -> bool {
    value.as_text().is_some_and(|text| ["Unified", "DynamicMembership"].contains(&text))
}
