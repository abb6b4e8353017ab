//! Bodies: bytes within their limits, and the JSON object in them.

use crate::error::ApiError;
use crate::json::{self, JsonError};
use crate::settings::Limits;
use axum::body::{Body, Bytes};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};

/// What Graph says of a body that it cannot read.
const UNREADABLE: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload \
                          is of valid JSON format.";
/// What Graph says of a body that is missing.
const EMPTY: &str = "Empty Payload. JSON content expected.";

/// The whole body.
///
/// # Errors
/// 413 when it is too large, 408 when it takes too long, 415 when it is compressed, 400 when it breaks off.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, ApiError> {
    let is_encoded = |encoding: &http::HeaderValue| !encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().any(is_encoded) {
        return Err(ApiError::encoded_body());
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes_max as u64) {
        return Err(ApiError::body_too_large());
    }
    let collected = Limited::new(body, limits.body_bytes_max).collect();
    match tokio::time::timeout(limits.body_time_max, collected).await {
        Err(_) => Err(ApiError::body_too_slow()),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::body_too_large()),
        Ok(Err(_)) => Err(ApiError::bad_request(UNREADABLE)),
    }
}

/// The JSON object that a body must be.
///
/// # Errors
/// 400 `BadRequest`.
pub(crate) fn object(headers: &HeaderMap, bytes: &[u8], limits: &Limits) -> Result<Map<String, Value>, ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::bad_request(EMPTY));
    }
    if !headers.get(CONTENT_TYPE).is_some_and(is_json) {
        return Err(ApiError::bad_request(UNREADABLE));
    }
    match json::parse(bytes, limits.json_depth_max) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(JsonError::Malformed) => Err(ApiError::bad_request(UNREADABLE)),
        Err(JsonError::Repeated(name)) => Err(ApiError::bad_request(format!(
            "Multiple properties with the name '{name}' were detected in a resource or a complex value. OData does \
             not allow duplicate properties."
        ))),
        Err(JsonError::TooDeep) => Err(ApiError::bad_request(format!(
            "The request payload is nested deeper than {} levels.",
            limits.json_depth_max
        ))),
    }
}

/// Whether a content type is JSON, with any parameters.
fn is_json(content_type: &http::HeaderValue) -> bool {
    let essence = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
