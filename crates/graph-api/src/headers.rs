//! Headers and ids that every answer carries (specification 6.2).

use crate::error::{Advice, ApiError};
use crate::origin::Origin;
use axum::body::Body;
use axum::response::Response;
use engine::store::StoreError;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, VARY, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use licensing::time::Timestamp;
use serde_json::json;
use uuid::Uuid;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
pub(crate) const RESOURCE_UNIT: HeaderName = HeaderName::from_static("x-ms-resource-unit");
pub(crate) const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");

/// Where this "data centre" is: on the machine of whoever runs the server.
const DIAGNOSTIC_VALUE: HeaderValue = HeaderValue::from_static(
    r#"{"ServerInfo":{"DataCenter":"Local","Slice":"E","Ring":"5","ScaleUnit":"001","RoleInstance":"SEATWRIGHT"}}"#,
);
const ERROR_TYPE: HeaderValue = HeaderValue::from_static("application/json");

/// Seconds after which a client that was answered 503 may try again.
const RETRY_AFTER_SECONDS: u32 = 1;
/// Characters of a `client-request-id` that are echoed; a longer one is ignored.
const CLIENT_REQUEST_ID_CHARS_MAX: usize = 128;

/// The ids of a request.
pub(crate) struct RequestIds {
    pub(crate) request: String,
    /// What the client calls the request; the same as `request` when it does not say.
    pub(crate) client: HeaderValue,
}

impl RequestIds {
    /// A new id, and the client's own if it sent a usable one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let request = Uuid::new_v4().to_string();
        let is_usable = |id: &&HeaderValue| {
            !id.is_empty() && id.len() <= CLIENT_REQUEST_ID_CHARS_MAX && id.as_bytes().iter().all(u8::is_ascii_graphic)
        };
        let client = headers.get(CLIENT_REQUEST_ID).filter(is_usable).cloned();
        let client = client.unwrap_or_else(|| header(&request));
        Self { request, client }
    }

    /// What the audit log calls the request: the client's name for it if that is a GUID, as Graph does.
    pub(crate) fn correlation(&self) -> Option<Uuid> {
        let client = self.client.to_str().ok().and_then(crate::call::parse_guid);
        client.or_else(|| crate::call::parse_guid(&self.request))
    }

    /// Puts the ids on an answer and what else does not depend on the request; on a 503, whoever gives it, when to try
    /// again.
    pub(crate) fn put_on(&self, response: &mut Response) {
        let is_unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        if is_unavailable {
            headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        headers.insert(REQUEST_ID, header(&self.request));
        headers.insert(CLIENT_REQUEST_ID, self.client.clone());
        headers.insert(DIAGNOSTIC, DIAGNOSTIC_VALUE);
        headers.entry(CACHE_CONTROL).or_insert(const { HeaderValue::from_static("no-cache") });
        headers.insert(VARY, const { HeaderValue::from_static("Accept-Encoding") });
        headers.insert(STRICT_TRANSPORT_SECURITY, const { HeaderValue::from_static("max-age=31536000") });
    }

    /// An error in Graph's envelope (specification 6.1). Why the store failed, if it did, goes with it to whoever logs it.
    pub(crate) fn envelope(&self, error: &ApiError, now: Timestamp, origin: Option<&Origin>) -> Response {
        let mut content = json!({ "error": { "code": error.code, "message": error.message } });
        let detail = match &error.advice {
            Advice::Authenticate { hint: Some(hint) } => Some(("MissingAuthorizationHeader", *hint)),
            Advice::Detail(detail) => Some((error.code, detail.as_str())),
            _ => None,
        };
        if let Some((code, message)) = detail {
            content["error"]["details"] = json!([{ "code": code, "message": message }]);
        }
        content["error"]["innerError"] = json!({
            "date": crate::wire::time::without_zone(now),
            "request-id": self.request,
            "client-request-id": self.client.to_str().unwrap_or(&self.request),
        });
        let mut response = Response::new(Body::from(content.to_string()));
        *response.status_mut() = error.status;
        if let Some(cause) = &error.cause {
            response.extensions_mut().insert(StoreError::clone(cause));
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, ERROR_TYPE);
        match &error.advice {
            Advice::None | Advice::Detail(_) => {}
            Advice::Methods(methods) => drop(headers.insert(ALLOW, header(methods))),
            Advice::Authenticate { .. } => drop(headers.insert(WWW_AUTHENTICATE, challenge(origin))),
        }
        response
    }
}

fn challenge(origin: Option<&Origin>) -> HeaderValue {
    let authority = origin.map_or_else(String::new, ToString::to_string);
    header(&format!(
        r#"Bearer realm="", authorization_uri="{authority}/common/oauth2/authorize", client_id="{}""#,
        crate::authority::GRAPH_APP_ID
    ))
}

/// A header's value; what cannot be one becomes empty.
pub(crate) fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
