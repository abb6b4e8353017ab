//! The shape of a scenario file, key by key.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A request with its expectations, or only expectations.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Who sends the request.
    #[serde(rename = "as")]
    pub caller: Caller,
    /// What is sent.
    pub request: Option<Request>,
    /// Headers beside those that every request has.
    pub headers: BTreeMap<String, String>,
    /// The body, as JSON.
    pub body: Option<Value>,
    /// The body as it is written, instead of `body`.
    pub text: Option<String>,
    /// What must come back; success when left out.
    pub expect: Option<Expect>,
    /// Parts of the answer, by JSON pointer, that later steps use as `${name}`.
    pub capture: BTreeMap<String, String>,
    /// Whether to wait until no work is left, before `seats` and `states` are looked at.
    pub settle: bool,
    /// `consumedUnits` of SKUs.
    pub seats: BTreeMap<String, i64>,
    /// `licenseAssignmentStates` of users.
    pub states: BTreeMap<String, Vec<PathRow>>,
}

/// What must come back.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The status; when left out 400 with `error`, else any success.
    pub status: Option<u16>,
    /// What the JSON has at least.
    pub body: Option<Value>,
    /// JSON pointers to what must not be in it.
    pub absent: Vec<String>,
    /// Headers, each as in `body`.
    pub headers: BTreeMap<String, Value>,
    /// The error that it is.
    pub error: Option<Refused>,
}

/// An error in Graph's envelope.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// `error.code`.
    pub code: String,
    /// `error.message`.
    pub message: String,
}

/// One entry of `licenseAssignmentStates`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRow {
    /// The SKU by its part number.
    pub sku: String,
    /// Whether the licence is the user's own.
    #[serde(default)]
    pub direct: bool,
    /// The group that gives it, by display name or id.
    pub group: Option<String>,
    /// `state`.
    pub state: String,
    /// `error`; `None` when left out.
    pub error: Option<String>,
    /// `disabledPlans` by their names or ids, in any order.
    #[serde(default)]
    pub disabled: Vec<String>,
}

/// Method and URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query, or a whole URL of an answer. Spaces and quotes need not be encoded.
    pub url: String,
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let line = String::deserialize(deserializer)?;
        let problem = "a request is a method and a path, such as `GET /v1.0/users`";
        let (method, url) = line.split_once(' ').ok_or_else(|| D::Error::custom(problem))?;
        let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_method || !(url.starts_with('/') || url.starts_with("${")) {
            return Err(D::Error::custom(problem));
        }
        Ok(Self { method: method.to_owned(), url: url.to_owned() })
    }
}

/// Who sends a request. In a file: `app` (the default), `app:Robot`, `user:ann@contoso.example`, `tenant:Fabrikam`
/// (the all-powerful application of another tenant), `nobody`, or a mapping of these with `roles` or `scopes`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An application on its own behalf.
    Application {
        /// Its display name or `appId`; the application that may do everything when left out.
        name: Option<String>,
        /// The tenant of the all-powerful application; the first when left out.
        tenant: Option<String>,
        /// App roles instead of its own.
        roles: Vec<String>,
    },
    /// A signed-in user with the directory roles that the world gives.
    User {
        /// Principal name.
        name: String,
        /// Scopes besides `User.Read`; all that there are when left out.
        scopes: Option<Vec<String>>,
    },
    /// Nobody: there is no token.
    Nobody,
}

impl Default for Caller {
    fn default() -> Self {
        Self::Application { name: None, tenant: None, roles: Vec::new() }
    }
}

/// A caller as a mapping.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CallerKeys {
    app: Option<String>,
    user: Option<String>,
    tenant: Option<String>,
    roles: Option<Vec<String>>,
    scopes: Option<Vec<String>>,
}

impl TryFrom<CallerKeys> for Caller {
    type Error = &'static str;

    fn try_from(keys: CallerKeys) -> Result<Self, Self::Error> {
        match keys {
            CallerKeys { user: Some(name), app: None, tenant: None, roles: None, scopes } => {
                Ok(Self::User { name, scopes })
            }
            CallerKeys { user: Some(_), .. } => Err("a user has neither `app` nor `tenant` nor `roles`"),
            CallerKeys { scopes: Some(_), .. } => Err("only a user has `scopes`"),
            CallerKeys { app: Some(_), tenant: Some(_), .. } => {
                Err("an application belongs to one tenant; leave it out")
            }
            CallerKeys { roles: Some(roles), .. } if roles.is_empty() => {
                Err("for no role at all, name an application of the world that has none")
            }
            CallerKeys { app, tenant, roles, .. } => {
                Ok(Self::Application { name: app, tenant, roles: roles.unwrap_or_default() })
            }
        }
    }
}

impl<'de> Deserialize<'de> for Caller {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CallerVisitor)
    }
}

struct CallerVisitor;

impl<'de> Visitor<'de> for CallerVisitor {
    type Value = Caller;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("app, app:NAME, user:NAME, tenant:NAME, nobody, or a mapping")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Caller, E> {
        let some = |name: &str| Some(name.to_owned());
        match text.split_once(':') {
            Some(("app", name)) => Ok(Caller::Application { name: some(name), tenant: None, roles: Vec::new() }),
            Some(("tenant", name)) => Ok(Caller::Application { name: None, tenant: some(name), roles: Vec::new() }),
            Some(("user", name)) => Ok(Caller::User { name: name.to_owned(), scopes: None }),
            None if text == "app" => Ok(Caller::default()),
            None if text == "nobody" => Ok(Caller::Nobody),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Caller, A::Error> {
        let keys = CallerKeys::deserialize(MapAccessDeserializer::new(map))?;
        Caller::try_from(keys).map_err(A::Error::custom)
    }
}
