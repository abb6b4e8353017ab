//! Links to objects: the body of `$ref`, and `@odata.bind` in the bodies of objects.

use crate::call::parse_guid;
use crate::error::ApiError;
use crate::wire::faults;
use odata::path::{Key, call, segments};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The id of the object that a body such as `{"@odata.id": "https://host/v1.0/directoryObjects/{id}"}` links to.
pub(crate) fn parse(body: &Map<String, Value>) -> Result<Uuid, ApiError> {
    let mut link = None;
    for (name, value) in body {
        match name.as_str() {
            "@odata.id" => link = Some(value.as_str().ok_or_else(|| faults::wrong_primitive("Edm.String"))?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, "microsoft.graph.directoryObject")),
        }
    }
    id_of(link.ok_or_else(invalid)?)
}

/// The ids that the links of a member such as `members@odata.bind` lead to.
pub(crate) fn bound(name: &str, value: &Value) -> Result<Vec<Uuid>, ApiError> {
    let links = match value {
        Value::Array(links) => links,
        Value::Null => return Err(faults::null_collection(name)),
        _ => return Err(faults::unexpected_node(value, "StartArray")),
    };
    links.iter().map(bound_one).collect()
}

/// The id that the link of a member such as `manager@odata.bind` leads to.
pub(crate) fn bound_one(value: &Value) -> Result<Uuid, ApiError> {
    id_of(value.as_str().ok_or_else(|| faults::wrong_primitive("Edm.String"))?)
}

fn id_of(link: &str) -> Result<Uuid, ApiError> {
    let segments = segments(link).map_err(|_| invalid())?;
    let (last, before) = segments.split_last().ok_or_else(invalid)?;
    let (collection, id) = match (call(last), before.last()) {
        (Some(call), _) => match call.key {
            Key::Value(id) | Key::Named("id", id) => (call.name, id),
            _ => return Err(invalid()),
        },
        (None, Some(collection)) => (collection.as_ref(), last.as_ref().into()),
        (None, None) => return Err(invalid()),
    };
    let is_known = ["directoryObjects", "users", "groups"].iter().any(|known| known.eq_ignore_ascii_case(collection));
    if !is_known {
        return Err(invalid());
    }
    parse_guid(&id).ok_or_else(|| ApiError::not_found(id))
}

fn invalid() -> ApiError {
    ApiError::refused("Invalid object reference. A link such as '.../directoryObjects/{id}' is expected.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn links_of_all_forms_are_read() {
        let id = "1132b215-826f-42a9-8cfe-1643d19d17fd";
        let read = |link: &str| parse(json!({ "@odata.id": link }).as_object().unwrap()).map_err(|e| e.status.as_u16());
        for link in [
            format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}"),
            format!("https://graph.microsoft.com/v1.0/directoryObjects('{id}')"),
            format!("http://127.0.0.1:8080/beta/users/{id}"),
            format!("http://[::1]/beta/groups/{id}/"),
            format!("/directoryObjects/{}", id.to_uppercase()),
        ] {
            assert_eq!(read(&link).unwrap().to_string(), id, "{link}");
        }
        for (link, status) in [("", 400), (id, 400), ("https://host/v1.0/devices/x", 400), ("/users/kim", 404)] {
            assert_eq!(read(link), Err(status), "{link}");
        }
        assert_eq!(parse(json!({}).as_object().unwrap()).unwrap_err().code, "Request_BadRequest");
        assert_eq!(parse(json!({ "@odata.id": 5 }).as_object().unwrap()).unwrap_err().code, "BadRequest");
    }
}
