//! What is wrong with a body, in the words of Graph's OData library.

use crate::error::ApiError;
use serde_json::Value;

/// A value of another shape than its place needs.
pub(crate) fn unexpected_node(found: &Value, wanted: &str) -> ApiError {
    let found = match found {
        Value::Object(_) => "StartObject",
        Value::Array(_) => "StartArray",
        _ => "PrimitiveValue",
    };
    ApiError::bad_request(format!(
        "An unexpected '{found}' node was found when reading from the JSON reader. A '{wanted}' node was expected."
    ))
}

/// Null where a collection belongs.
pub(crate) fn null_collection(name: &str) -> ApiError {
    ApiError::bad_request(format!(
        "A null value was found for the property named '{name}', which is a collection. Collections do not allow null \
         values."
    ))
}

/// A text, number or Boolean of the wrong type.
pub(crate) fn wrong_primitive(wanted: &str) -> ApiError {
    ApiError::bad_request(cannot_convert(wanted))
}

/// E11: text that is no GUID.
pub(crate) fn not_a_guid() -> ApiError {
    ApiError::refused(cannot_convert("Edm.Guid"))
}

fn cannot_convert(wanted: &str) -> String {
    format!(
        "Cannot convert a primitive value to the expected type '{wanted}'. See the inner exception for more details."
    )
}

/// A member that its type does not have, or references to other objects that this body cannot have.
pub(crate) fn unknown_property(name: &str, type_name: &str) -> ApiError {
    if let Some(property) = name.strip_suffix("@odata.bind") {
        return ApiError::bad_request(format!(
            "'{name}' is not supported by the service. Send references to '{property}' one at a time."
        ));
    }
    ApiError::bad_request(format!(
        "The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are \
         defined by the type."
    ))
}

/// Refuses an object that says it is of another type than belongs here.
pub(crate) fn check_type_name(value: &Value, expected: &str) -> Result<(), ApiError> {
    let given = value.as_str().ok_or_else(|| wrong_primitive("Edm.String"))?;
    if given.trim_start_matches('#').eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "An entry with type '{}' was found, but it is not assignable to the expected type '{expected}'.",
        given.trim_start_matches('#')
    )))
}

/// Whether a member is the type annotation of an object or of one of its members, which is accepted anywhere.
pub(crate) fn is_type_annotation(name: &str) -> bool {
    name == "@odata.type" || name.ends_with("@odata.type")
}
