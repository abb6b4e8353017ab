//! What goes wrong, as Graph says it: one table from reasons to status, code and sentence
//! (specification 3.2, 5.4, 6.1, 6.3).

use engine::EngineError;
use engine::store::StoreError;
use http::{Method, StatusCode};
use licensing::Refusal;
use licensing::refusal::INSUFFICIENT_PRIVILEGES;
use odata::OptionError;
use odata::path::PathError;
use std::borrow::Cow;
use tokens::{Defect, TokenError};

/// A refused or failed request.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) advice: Advice,
    /// What the store said, for the log.
    pub(crate) cause: Option<Box<StoreError>>,
}

/// What an error tells besides its sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    None,
    /// `Allow`.
    Methods(String),
    /// `WWW-Authenticate`, and a hint for people when there is no token at all.
    Authenticate {
        hint: Option<&'static str>,
    },
    /// What is wrong in more words, where Graph's sentence has few.
    Detail(String),
}

/// What a client without a token is told besides Graph's sentence. Some SDKs drop the header silently.
const NO_TOKEN: &str = "The request has no 'Authorization: Bearer' header. Clients of the Graph SDK for JavaScript \
                        send it to hosts other than Microsoft's only over https and when the host (without a port) \
                        is listed in 'customHosts'.";

const NOT_WELL_FORMED: &str = "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact \
     Serialization Format. (JWS): 'EncodedHeader.EndcodedPayload.EncodedSignature'. (JWE): \
     'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.";

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), advice: Advice::None, cause: None }
    }

    /// A request that is wrong in form.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A filter that cannot be read, and why.
    pub(crate) fn invalid_filter(detail: impl Into<String>) -> Self {
        Self { advice: Advice::Detail(detail.into()), ..Self::bad_request("Invalid filter clause") }
    }

    /// A request that is wrong in what it asks for.
    pub(crate) fn refused(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// Query options that are not served.
    pub(crate) fn unsupported_query(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// E20, for the name by which the client asked.
    pub(crate) fn not_found(name: impl Into<String>) -> Self {
        Refusal::ObjectNotFound(name.into()).into()
    }

    pub(crate) fn unknown_segment(segment: &str) -> Self {
        if segment.eq_ignore_ascii_case("$count") {
            return Self::no_counting();
        }
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    /// A collection that is not counted, or not for this kind of request (specification 5.4).
    pub(crate) fn no_counting() -> Self {
        Self::refused("$count is not currently supported.")
    }

    pub(crate) fn unknown_version(version: &str) -> Self {
        Self::bad_request(format!("Invalid version: {version}"))
    }

    pub(crate) fn invalid_host() -> Self {
        Self::bad_request("Invalid hostname.")
    }

    pub(crate) fn method_not_allowed(allowed: impl Iterator<Item = Method>) -> Self {
        let allowed: Vec<String> = allowed.map(|method| method.to_string()).collect();
        Self {
            advice: Advice::Methods(allowed.join(", ")),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "Request_BadRequest",
                "Specified HTTP method is not allowed for the request target.",
            )
        }
    }

    pub(crate) fn not_implemented() -> Self {
        let message = "This operation target is not yet supported.";
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    pub(crate) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BadRequest", "Maximum request length exceeded.")
    }

    pub(crate) fn body_too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "BadRequest", "The request body did not arrive in time.")
    }

    pub(crate) fn encoded_body() -> Self {
        let message = "The content encoding of the request body is not supported.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BadRequest", message)
    }

    pub(crate) fn url_too_long() -> Self {
        Self::new(StatusCode::URI_TOO_LONG, "BadRequest", "The request URI is too long.")
    }

    pub(crate) fn took_too_long() -> Self {
        let message = "The request took too long; a change that it asked for may still be made.";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "generalException", message)
    }

    /// The store or the queue cannot serve now. Why is for the log, not for clients.
    pub(crate) fn unavailable() -> Self {
        let message = "The service is not available. Try the request again after a delay.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "serviceNotAvailable", message)
    }

    /// The store was lost with the commit. Whoever asks for the same once more gets what it wanted, or is told that it is
    /// there already; but a group without a `uniqueName`, or a purchase without an `id`, may then be there twice.
    fn outcome_unknown() -> Self {
        let message =
            "The service was interrupted; the change may have been made or not. Try the request again after a delay.";
        Self { message: message.into(), ..Self::unavailable() }
    }

    /// An answer could not be written, or the store does not take what it should; trying again does not help.
    pub(crate) fn internal() -> Self {
        let message = "An internal error occurred.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Service_InternalServerError", message)
    }

    pub(crate) fn expired_page_token() -> Self {
        let message = "The specified page token value has expired and can no longer be included in your request.";
        Self::new(StatusCode::BAD_REQUEST, "Directory_ExpiredPageToken", message)
    }

    pub(crate) fn result_too_large() -> Self {
        let message = "The result set is too large. List the memberships page by page instead.";
        Self::new(StatusCode::BAD_REQUEST, "Directory_ResultSizeLimitExceeded", message)
    }

    fn unauthenticated(message: impl Into<Cow<'static, str>>, hint: Option<&'static str>) -> Self {
        let error = Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
        Self { advice: Advice::Authenticate { hint }, ..error }
    }

    pub(crate) fn no_token() -> Self {
        Self::unauthenticated("Access token is empty.", Some(NO_TOKEN))
    }

    fn denied() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", INSUFFICIENT_PRIVILEGES)
    }

    pub(crate) fn unknown_identity() -> Self {
        let message = "The identity of the calling application could not be established.";
        Self::new(StatusCode::FORBIDDEN, "Authorization_IdentityNotFound", message)
    }

    pub(crate) fn unknown_tenant() -> Self {
        Self::unauthenticated("Access token validation failure. The tenant of the token is not known here.", None)
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        let message = match error {
            TokenError::Malformed(Defect::Segments { dots: 0 }) => NOT_WELL_FORMED,
            TokenError::Malformed(_) | TokenError::TooLong { .. } => {
                "CompactToken parsing failed with error code: 80049217"
            }
            TokenError::Expired => "Lifetime validation failed, the token is expired.",
            TokenError::NotYetValid => "Lifetime validation failed, the token is not yet valid.",
            TokenError::WrongAudience => "Access token validation failure. Invalid audience.",
            TokenError::WrongIssuer => "Access token validation failure. Invalid issuer.",
            TokenError::WrongAlgorithm | TokenError::UnknownKey | TokenError::BadSignature => {
                "Access token validation failure. Invalid signature."
            }
            TokenError::NotAnAccessToken => "Access token validation failure. It is not an access token.",
            // Of keys and signing, not of verification.
            TokenError::IssuerFormat { .. }
            | TokenError::KeyGeneration { .. }
            | TokenError::KeyFormat { .. }
            | TokenError::Signing { .. } => return Self::internal(),
        };
        Self::unauthenticated(message, None)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::ObjectNotFound(_) => {
                Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", refusal.to_string())
            }
            // Captured so: the members of such a group are beyond any caller's rights.
            Refusal::DynamicMembership => Self::denied(),
            Refusal::QuotaExceeded { .. } => {
                Self::new(StatusCode::FORBIDDEN, "Directory_QuotaExceeded", refusal.to_string())
            }
            Refusal::InvalidRule { code, sentence } => Self::new(StatusCode::BAD_REQUEST, code, sentence),
            _ => Self::refused(refusal.to_string()),
        }
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::Denied => Self::denied(),
            EngineError::NoSignedInUser => Self::bad_request(error.to_string()),
            EngineError::Busy => Self::unavailable(),
            EngineError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let told = match error {
            StoreError::OutcomeUnknown { .. } => Self::outcome_unknown(),
            StoreError::Unavailable { .. } | StoreError::Corrupt { .. } => Self::unavailable(),
            StoreError::Unstorable { .. } => Self::internal(),
        };
        Self { cause: Some(Box::new(error)), ..told }
    }
}

impl From<OptionError> for ApiError {
    fn from(error: OptionError) -> Self {
        match error {
            // Captured without more (specification 5.3); where it is goes into the details.
            OptionError::Filter(error) => Self::invalid_filter(error.to_string()),
            _ => Self::bad_request(error.to_string()),
        }
    }
}

impl From<PathError> for ApiError {
    fn from(error: PathError) -> Self {
        Self::bad_request(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_that_is_exceeded_is_refused_as_the_live_service_does() {
        let refusal = Refusal::QuotaExceeded { wanted: 101, quota: 100, of: "dynamic membership groups" };
        let error = ApiError::from(refusal);
        assert_eq!((error.status.as_u16(), error.code), (403, "Directory_QuotaExceeded"));
        let sentence = "Unable to perform operation as '101' would exceed the maximum quota count '100' for dynamic \
                        membership groups.";
        assert_eq!(error.message, sentence);
    }
}
