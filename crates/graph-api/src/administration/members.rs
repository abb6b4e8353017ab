//! Members of the bodies of these calls, read as strictly as Graph's.

use crate::call::parse_guid;
use crate::error::ApiError;
use crate::wire::faults;
use licensing::Refusal;
use licensing::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub(super) const SUBSCRIPTION: &str = "companySubscription";

/// A text.
pub(super) fn text(value: &Value) -> Result<&str, ApiError> {
    value.as_str().ok_or_else(|| wrong(value, "Edm.String"))
}

/// A flag.
pub(super) fn flag(value: &Value) -> Result<bool, ApiError> {
    value.as_bool().ok_or_else(|| wrong(value, "Edm.Boolean"))
}

/// A GUID.
pub(super) fn guid(value: &Value) -> Result<Uuid, ApiError> {
    match value {
        Value::String(text) => parse_guid(text).ok_or_else(faults::not_a_guid),
        _ => Err(wrong(value, "Edm.Guid")),
    }
}

/// Units, which are none or more.
pub(super) fn units(value: &Value) -> Result<u32, ApiError> {
    let number =
        value.as_i64().and_then(|number| i32::try_from(number).ok()).ok_or_else(|| wrong(value, "Edm.Int32"))?;
    u32::try_from(number).map_err(|_| invalid("totalLicenses"))
}

/// A time; null is none.
pub(super) fn time_or_null(value: &Value) -> Result<Option<Timestamp>, ApiError> {
    if value.is_null() { Ok(None) } else { time(value).map(Some) }
}

/// A time.
pub(super) fn time(value: &Value) -> Result<Timestamp, ApiError> {
    let wrong = || wrong(value, "Edm.DateTimeOffset");
    let time: jiff::Timestamp = value.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    Ok(Timestamp::from_unix_millis(time.as_millisecond()))
}

/// A span of time, in milliseconds.
pub(super) fn span(value: &Value) -> Result<i64, ApiError> {
    value.as_str().and_then(engine::span::parse).ok_or_else(|| wrong(value, "Edm.Duration"))
}

/// A member that must be there is missing.
pub(super) fn missing(property: &'static str, resource: &'static str) -> ApiError {
    Refusal::PropertyRequired { property, resource }.into()
}

/// A value of a subscription that is of its type and cannot be.
pub(super) fn invalid(property: &'static str) -> ApiError {
    Refusal::InvalidProperty { property, resource: SUBSCRIPTION }.into()
}

fn wrong(value: &Value, wanted: &str) -> ApiError {
    match value {
        Value::Object(_) | Value::Array(_) => faults::unexpected_node(value, "PrimitiveValue"),
        _ => faults::wrong_primitive(wanted),
    }
}
