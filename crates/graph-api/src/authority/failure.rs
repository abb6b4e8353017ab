//! Errors of the token authority, in the form of OAuth 2.0 with Entra's numbers (decisions, "Durations").

use crate::error::ApiError;
use crate::headers::RequestIds;
use crate::wire::time::Time;
use engine::store::StoreError;
use http::StatusCode;
use licensing::time::Timestamp;
use serde_json::{Value, json};

/// Why no token is given.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    error: &'static str,
    number: u32,
    description: String,
    /// What the store said, for the log.
    pub(super) cause: Option<Box<StoreError>>,
}

impl Failure {
    fn new(status: StatusCode, error: &'static str, number: u32, description: impl Into<String>) -> Self {
        Self { status, error, number, description: description.into(), cause: None }
    }

    fn bad(error: &'static str, number: u32, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, number, description)
    }

    pub(super) fn unknown_tenant(name: &str) -> Self {
        let description = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::bad("invalid_request", 90_002, description)
    }

    /// Unknown client or wrong secret: which of the two is not told.
    pub(super) fn wrong_client() -> Self {
        let description = "Invalid client secret provided. Ensure the secret being sent in the request is the client \
                           secret value, not the client secret ID, for a secret added to the app.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215, description)
    }

    pub(super) fn unsupported_credential() -> Self {
        let description = "The request body must contain the following parameter: 'client_secret'. Client assertions \
                           are not supported here.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_218, description)
    }

    pub(super) fn unknown_resource(resource: &str) -> Self {
        let description = format!("The resource principal named {resource} was not found in the tenant.");
        Self::bad("invalid_resource", 500_011, description)
    }

    pub(super) fn wrong_scope(scope: &str) -> Self {
        let description = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::bad("invalid_scope", 1_002_012, description)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let description = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::bad("invalid_request", 900_144, description)
    }

    pub(super) fn repeated(parameter: &str) -> Self {
        Self::bad("invalid_request", 9_000_411, format!("The parameter '{parameter}' is duplicated."))
    }

    pub(super) fn unsupported_grant(grant: &str) -> Self {
        let description = format!("The app requested an unsupported grant type '{grant}'.");
        Self::bad("unsupported_grant_type", 70_003, description)
    }

    pub(super) fn unreadable(why: &str) -> Self {
        Self::bad("invalid_request", 900_144, format!("The request body cannot be read: {why}"))
    }

    pub(super) fn method_not_allowed() -> Self {
        let description = "The endpoint does not accept this HTTP method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", 900_561, description)
    }

    pub(super) fn unknown_endpoint() -> Self {
        let description = "There is no such endpoint here.";
        Self::new(StatusCode::NOT_FOUND, "invalid_request", 90_009, description)
    }

    pub(super) fn unavailable() -> Self {
        let description = "The service is temporarily unavailable. Please retry later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", 90_033, description)
    }

    /// The body of the answer.
    pub(super) fn content(&self, now: Timestamp, ids: &RequestIds) -> Value {
        let Self { number, description, .. } = self;
        let (trace, correlation) = (&ids.request, ids.client.to_str().unwrap_or(&ids.request));
        let timestamp = Time(now).to_string().replace('T', " ");
        json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{number}: {description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"
            ),
            "error_codes": [number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
        })
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { cause: Some(Box::new(error)), ..Self::unavailable() }
    }
}

impl From<ApiError> for Failure {
    /// A body that could not be read.
    fn from(error: ApiError) -> Self {
        Self { status: error.status, ..Self::unreadable(&error.message) }
    }
}
