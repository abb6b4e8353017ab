//! Bodies of `POST /users` and `PATCH /users/{id}`.

use crate::error::ApiError;
use crate::wire::properties::Resource;
use crate::wire::{faults, reference};
use engine::schema::USER_PROPERTIES;
use licensing::directory::{Properties, Value};
use licensing::rules::principal_name;
use licensing::usage_location::UsageLocation;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Properties that a new user must have, in the order in which they are asked for.
const REQUIRED: [&str; 5] = ["accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"];
/// Properties that cannot be cleared or empty.
const NEVER_EMPTY: [&str; 3] = ["accountEnabled", "displayName", "mailNickname"];
const PASSWORD_TYPE: &str = "microsoft.graph.passwordProfile";

/// What a body sets.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UserBody {
    pub(crate) principal_name: Option<String>,
    /// The inner `None` clears it.
    pub(crate) usage_location: Option<Option<UsageLocation>>,
    /// The manager of a new user.
    pub(crate) manager: Option<Uuid>,
    pub(crate) properties: Properties,
}

impl UserBody {
    /// The body of a new user: what is null is as if it were left out, and some properties must be there.
    pub(crate) fn of_new(body: &Map<String, Json>) -> Result<Self, ApiError> {
        let resource = resource(true);
        let given: Vec<&str> =
            body.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect();
        let read = Self::read(resource, body.iter().filter(|(_, value)| !value.is_null()))?;
        match REQUIRED.into_iter().find(|name| !given.contains(name)) {
            None => Ok(read),
            Some(name) => Err(resource.missing(name)),
        }
    }

    /// The body of a change.
    pub(crate) fn of_change(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(false), body.iter())
    }

    fn read<'a>(resource: Resource, members: impl Iterator<Item = (&'a String, &'a Json)>) -> Result<Self, ApiError> {
        let mut read = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "userPrincipalName" => read.principal_name = Some(name_of(resource, value)?),
                "usageLocation" => read.usage_location = Some(usage_location(resource, value)?),
                "manager@odata.bind" if resource.creating => read.manager = Some(reference::bound_one(value)?),
                "passwordProfile" => {
                    if let Some(kept) = password_profile(resource, value)? {
                        read.properties.0.insert(name.clone(), kept);
                    }
                }
                name if faults::is_type_annotation(name) => {}
                name => {
                    let (name, value) = resource.read(name, value)?;
                    check_value(resource, name, &value)?;
                    read.properties.0.insert(name.to_owned(), value);
                }
            }
        }
        Ok(read)
    }
}

fn resource(creating: bool) -> Resource {
    Resource { name: "User", type_name: "microsoft.graph.user", table: USER_PROPERTIES, creating }
}

/// The name that a user gets by another way than its properties.
pub(crate) fn new_principal_name(value: &Json) -> Result<String, ApiError> {
    name_of(resource(false), value)
}

fn name_of(resource: Resource, value: &Json) -> Result<String, ApiError> {
    if value.is_null() {
        return Err(resource.invalid("userPrincipalName"));
    }
    let name = value.as_str().ok_or_else(|| faults::wrong_primitive("Edm.String"))?;
    principal_name::form(name)?;
    Ok(name.to_owned())
}

fn usage_location(resource: Resource, value: &Json) -> Result<Option<UsageLocation>, ApiError> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => UsageLocation::parse(text).map(Some).ok_or_else(|| resource.invalid("usageLocation")),
        _ => Err(faults::wrong_primitive("Edm.String")),
    }
}

/// What is kept of a password profile: never the password.
fn password_profile(resource: Resource, value: &Json) -> Result<Option<Value>, ApiError> {
    let profile = match value {
        Json::Object(profile) => profile,
        Json::Null => return Ok(None),
        _ => return Err(faults::unexpected_node(value, "StartObject")),
    };
    let mut kept = BTreeMap::new();
    let mut has_password = false;
    for (name, value) in profile {
        match name.as_str() {
            "password" if value.is_null() => {}
            "password" => match value.as_str() {
                Some(password) => has_password = !password.is_empty(),
                None => return Err(faults::wrong_primitive("Edm.String")),
            },
            "forceChangePasswordNextSignIn" | "forceChangePasswordNextSignInWithMfa" if value.is_null() => {}
            "forceChangePasswordNextSignIn" | "forceChangePasswordNextSignInWithMfa" => {
                let flag = value.as_bool().ok_or_else(|| faults::wrong_primitive("Edm.Boolean"))?;
                kept.insert(name.clone(), Value::Bool(flag));
            }
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, PASSWORD_TYPE)),
        }
    }
    if resource.creating && !has_password {
        return Err(resource.missing("password"));
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// Rules for single values that go beyond their type and length.
fn check_value(resource: Resource, name: &'static str, value: &Value) -> Result<(), ApiError> {
    let is_allowed = match value {
        Value::Null => !NEVER_EMPTY.contains(&name),
        Value::Text(text) => !text.is_empty() || !NEVER_EMPTY.contains(&name),
        // A user has one business phone at most.
        Value::List(items) => name != "businessPhones" || items.len() <= 1,
        _ => true,
    };
    if is_allowed { Ok(()) } else { Err(resource.invalid(name)) }
}
