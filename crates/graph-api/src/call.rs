//! One authorised request, as its endpoint sees it.

use crate::answer::Metadata;
use crate::body;
use crate::error::ApiError;
use crate::options::{self, Serves};
use crate::origin::Origin;
use crate::service::Api;
use crate::version::Version;
use axum::body::Bytes;
use engine::store::{Store, StoreError};
use engine::writer::Shown;
use engine::{Caller, EngineError, Operation, Permit};
use http::{HeaderMap, Uri};
use licensing::Command;
use licensing::facts::{GroupFacts, UserFacts, UserRef};
use licensing::ids::{TenantId, TenantKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use odata::QueryOptions;
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

/// The parameter of a route that holds the type to which a collection is cast.
pub(crate) const CAST: &str = "cast";

/// The parameter of a route that says that only the number of objects in its collection is asked for.
pub(crate) const COUNTED: &str = "count";

/// A type to which a collection of directory objects can be cast, as in `memberOf/microsoft.graph.group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cast {
    User,
    Group,
}

impl Cast {
    /// All types with their names.
    pub(crate) const ALL: [(Self, &'static str); 2] = [(Self::User, "user"), (Self::Group, "group")];
}

/// One authorised request.
pub(crate) struct Call {
    pub(crate) api: Arc<Api>,
    pub(crate) caller: Caller,
    pub(crate) permit: Permit,
    pub(crate) tenant_id: TenantId,
    pub(crate) signed_in: Option<Uuid>,
    pub(crate) version: Version,
    pub(crate) origin: Origin,
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) options: QueryOptions,
    pub(crate) metadata: Metadata,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    /// What a path holds in place of `{name}`; empty if it has no such place.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Whether the path holds something in place of `{name}`.
    pub(crate) fn has_param(&self, name: &str) -> bool {
        self.params.iter().any(|(known, _)| *known == name)
    }

    /// Whether the path ends in `$count`: the answer is how many objects its collection has.
    pub(crate) fn is_counting(&self) -> bool {
        !self.param(COUNTED).is_empty()
    }

    /// The type to which the collection of the path is cast.
    pub(crate) fn cast(&self) -> Option<Cast> {
        Cast::ALL.into_iter().find(|(_, name)| *name == self.param(CAST)).map(|(cast, _)| cast)
    }

    /// The user in place of `{name}`.
    pub(crate) fn user_at(&self, name: &str) -> UserRef {
        UserRef::parse(self.param(name))
    }

    /// The user of the path: `{user}`, else the one who is signed in.
    pub(crate) fn user(&self) -> UserRef {
        match self.signed_in {
            Some(id) if self.params.iter().all(|(name, _)| *name != "user") => UserRef::Id(id),
            _ => self.user_at("user"),
        }
    }

    /// The id in place of `{name}`.
    ///
    /// # Errors
    /// 404 when it is no GUID: nothing has such an id.
    pub(crate) fn id_at(&self, name: &str) -> Result<Uuid, ApiError> {
        let text = self.param(name);
        parse_guid(text).ok_or_else(|| ApiError::not_found(text))
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.api.engine.store()
    }

    pub(crate) fn tenant(&self) -> TenantKey {
        self.permit.tenant()
    }

    /// The present time by the tenant's clock.
    pub(crate) async fn now(&self) -> Result<Timestamp, StoreError> {
        self.api.engine.now_in(self.tenant_id).await
    }

    /// `@odata.context` of an answer, unless the client wants none.
    pub(crate) fn context(&self, set: impl FnOnce() -> String) -> Option<String> {
        (self.metadata == Metadata::Minimal).then(|| format!("{}/{}/$metadata#{}", self.origin, self.version, set()))
    }

    /// Refuses query options that the endpoint does not serve.
    pub(crate) fn check_options(&self, serves: Serves) -> Result<(), ApiError> {
        options::check(&self.options, &self.headers, serves)
    }

    /// Refuses what a page of a collection does not serve, and what a number of its objects does not.
    pub(crate) fn check_page(&self) -> Result<(), ApiError> {
        if self.is_counting() {
            self.check_counting()?;
        }
        self.check_options(Serves::Pages)
    }

    /// Refuses a request for the number of objects that is not an advanced query, or asks for more than that.
    pub(crate) fn check_counting(&self) -> Result<(), ApiError> {
        if !options::is_eventual(&self.headers) {
            return Err(ApiError::no_counting());
        }
        let QueryOptions { select, top, skip_token, .. } = &self.options;
        if select.is_some() || top.is_some() || skip_token.is_some() {
            return Err(ApiError::unsupported_query("A number has neither pages nor properties."));
        }
        self.check_options(Serves::FilteredPages)
    }

    /// Whether the answer has `@odata.count`: the client asks for it, with the header without which it is ignored,
    /// and this is the first page.
    pub(crate) fn wants_count(&self) -> bool {
        self.options.count && options::is_eventual(&self.headers) && self.options.skip_token.is_none()
    }

    /// The JSON object in the body.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, ApiError> {
        body::object(&self.headers, &self.body, &self.api.settings.limits)
    }

    /// Takes note that an operation has no parameters: there is no body, or an empty object.
    pub(crate) fn no_parameters(&self, operation: &str) -> Result<(), ApiError> {
        if self.body.is_empty() {
            return Ok(());
        }
        match self.json()?.keys().find(|name| *name != "@odata.type") {
            None => Ok(()),
            Some(name) => Err(unknown_parameter(name, operation)),
        }
    }

    /// Runs a command and gives what its caller is shown.
    pub(crate) async fn run(&self, command: Command) -> Result<Shown, EngineError> {
        self.api.engine.run(&self.permit, command).await
    }

    /// As [`run`](Self::run), where only the object tells what the caller must be allowed.
    pub(crate) async fn run_as(&self, operation: Operation, command: Command) -> Result<Shown, EngineError> {
        self.api.engine.run(&self.caller.permit(operation)?, command).await
    }

    /// Runs a command that shows the tenant.
    ///
    /// # Errors
    /// 500 when it shows something else.
    pub(crate) async fn run_on_tenant(&self, command: Command) -> Result<Arc<Tenant>, ApiError> {
        match self.run(command).await? {
            Shown::Tenant(tenant) => Ok(tenant),
            Shown::User(..) | Shown::Group(..) | Shown::Done => Err(ApiError::internal()),
        }
    }

    /// The tenant with its purchases and its clock.
    pub(crate) async fn find_tenant(&self) -> Result<Arc<Tenant>, ApiError> {
        let tenant = self.store().tenant(self.tenant_id).await?;
        tenant.ok_or_else(ApiError::unknown_tenant)
    }

    /// The live user that the client means.
    ///
    /// # Errors
    /// 404.
    pub(crate) async fn find_user(&self, user: &UserRef) -> Result<(Arc<Tenant>, UserFacts), ApiError> {
        let seen = self.store().user(self.tenant(), user).await?;
        let facts = seen.value.ok_or_else(|| ApiError::not_found(user.to_string()))?;
        Ok((seen.tenant, facts))
    }

    /// The live group in place of `{name}`.
    ///
    /// # Errors
    /// 404.
    pub(crate) async fn find_group(&self, name: &str) -> Result<(Arc<Tenant>, GroupFacts), ApiError> {
        let id = self.id_at(name)?;
        let seen = self.store().group(self.tenant(), id).await?;
        let facts = seen.value.ok_or_else(|| ApiError::not_found(id.to_string()))?;
        Ok((seen.tenant, facts))
    }
}

/// A GUID in the hyphenated form, the only one that Graph reads.
pub(crate) fn parse_guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

pub(crate) fn unknown_parameter(name: &str, operation: &str) -> ApiError {
    ApiError::bad_request(format!(
        "The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'."
    ))
}

/// E1.
pub(crate) fn missing_parameters(parameters: &str, operation: &str) -> ApiError {
    ApiError::refused(format!(
        "One or more parameters of the operation '{operation}' are missing from the request payload. The missing \
         parameters are: {parameters}."
    ))
}
