//! Bodies of `POST /users` and `PATCH /users/{id}`.

use crate::error::ApiError;
use crate::wire::properties::Resource;
use crate::wire::{faults, reference};
use engine::schema::USER_PROPERTIES;
use licensing::directory::{Properties, Value};
use licensing::rules::user_properties::Password;
use licensing::usage_location::UsageLocation;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use uuid::Uuid;

const PASSWORD_TYPE: &str = "microsoft.graph.passwordProfile";

/// What a body sets.
#[derive(Debug, PartialEq)]
pub(crate) struct UserBody {
    pub(crate) principal_name: Option<String>,
    /// The inner `None` clears it.
    pub(crate) usage_location: Option<Option<UsageLocation>>,
    /// The manager of a new user.
    pub(crate) manager: Option<Uuid>,
    pub(crate) password: Password,
    pub(crate) properties: Properties,
}

impl UserBody {
    /// The body of a new user: what is null is as if it were left out.
    pub(crate) fn of_new(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(true), body.iter().filter(|(_, value)| !value.is_null()))
    }

    /// The body of a change.
    pub(crate) fn of_change(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(false), body.iter())
    }

    fn read<'a>(resource: Resource, members: impl Iterator<Item = (&'a String, &'a Json)>) -> Result<Self, ApiError> {
        let mut read = Self {
            principal_name: None,
            usage_location: None,
            manager: None,
            password: Password::NoProfile,
            properties: Properties::default(),
        };
        for (name, value) in members {
            match name.as_str() {
                "userPrincipalName" => read.principal_name = Some(principal_name(value)?),
                "usageLocation" => read.usage_location = Some(usage_location(resource, value)?),
                "manager@odata.bind" if resource.creating => read.manager = Some(reference::bound_one(value)?),
                "passwordProfile" => {
                    let (password, kept) = password_profile(value)?;
                    read.password = password;
                    read.properties.0.extend(kept.map(|kept| (name.clone(), kept)));
                }
                "@odata.type" => faults::check_type_name(value, resource.type_name)?,
                name if faults::is_type_annotation(name) => {}
                name => {
                    let (name, value) = resource.read(name, value)?;
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

/// A name of a user. One that is cleared is empty, which no name may be.
pub(crate) fn principal_name(value: &Json) -> Result<String, ApiError> {
    match value {
        Json::Null => Ok(String::new()),
        Json::String(name) => Ok(name.clone()),
        _ => Err(faults::wrong_primitive("Edm.String")),
    }
}

fn usage_location(resource: Resource, value: &Json) -> Result<Option<UsageLocation>, ApiError> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => UsageLocation::parse(text).map(Some).ok_or_else(|| resource.invalid("usageLocation")),
        _ => Err(faults::wrong_primitive("Edm.String")),
    }
}

/// Whether there is a password, and what is kept of its profile: never the password.
fn password_profile(value: &Json) -> Result<(Password, Option<Value>), ApiError> {
    let profile = match value {
        Json::Object(profile) => profile,
        Json::Null => return Ok((Password::NoProfile, None)),
        _ => return Err(faults::unexpected_node(value, "StartObject")),
    };
    let mut kept = BTreeMap::new();
    let mut given = Password::Missing;
    for (name, value) in profile {
        match name.as_str() {
            "password" if value.is_null() => {}
            "password" => match value.as_str() {
                Some("") => {}
                Some(_) => given = Password::Given,
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
    Ok((given, (!kept.is_empty()).then_some(Value::Object(kept))))
}
