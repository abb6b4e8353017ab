//! Properties that users and groups keep as they were given: to JSON and from bodies.

use crate::error::ApiError;
use crate::wire::faults;
use crate::wire::values::PropertyValue;
use engine::schema::complex::ComplexType;
use engine::schema::{Access, Kind, Property, find};
use licensing::Refusal;
use licensing::directory::Value;
use serde::ser::SerializeMap;
use serde_json::Value as Json;

/// Properties of every directory object that the tables leave out.
const OF_ALL: [&str; 2] = ["deletedDateTime", "id"];
/// Collections that Graph shows and the tables do not know.
const UNKNOWN_COLLECTIONS: [&str; 2] = ["creationOptions", "deviceKeys"];

/// The property of this name, as the directory matches it: without case.
pub(crate) fn find_name(table: &'static [Property], name: &str) -> Option<&'static str> {
    if let Some(property) = find(table, name) {
        return Some(property.name);
    }
    let names = OF_ALL.into_iter().chain(table.iter().map(|property| property.name));
    names.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// Writes a stored value; without one, null or an empty collection.
pub(crate) fn write<M: SerializeMap>(
    table: &'static [Property],
    name: &'static str,
    stored: Option<&Value>,
    map: &mut M,
) -> Result<(), M::Error> {
    let is_collection = || match find(table, name) {
        Some(property) => matches!(property.kind, Kind::Texts | Kind::Complexes(_)),
        None => UNKNOWN_COLLECTIONS.contains(&name),
    };
    match stored {
        Some(value) => map.serialize_entry(name, &PropertyValue(value)),
        None if is_collection() => map.serialize_entry(name, &[(); 0]),
        None => map.serialize_entry(name, &()),
    }
}

/// A kind of object in whose bodies properties are read.
#[derive(Clone, Copy)]
pub(crate) struct Resource {
    /// As in `Invalid value specified for property 'x' of resource 'User'.`
    pub(crate) name: &'static str,
    /// As in `microsoft.graph.user`.
    pub(crate) type_name: &'static str,
    pub(crate) table: &'static [Property],
    pub(crate) creating: bool,
}

impl Resource {
    /// A property of the table that may be set, with its value; null clears.
    pub(crate) fn read(self, name: &str, given: &Json) -> Result<(&'static str, Value), ApiError> {
        let Some(property) = find(self.table, name) else {
            let is_of_all = OF_ALL.contains(&name);
            return Err(if is_of_all { read_only(name) } else { faults::unknown_property(name, self.type_name) });
        };
        match property.access {
            Access::Write => {}
            Access::Create if self.creating => {}
            Access::Create | Access::Read | Access::Derived | Access::Profile => return Err(read_only(name)),
        }
        check_type(property.name, property.kind, given)?;
        let value = property.parse(given).ok_or_else(|| self.invalid(property.name))?;
        Ok((property.name, value))
    }

    /// The value of a property is of the right type, but not allowed.
    pub(crate) fn invalid(self, property: &'static str) -> ApiError {
        Refusal::InvalidProperty { property, resource: self.name }.into()
    }
}

fn read_only(name: &str) -> ApiError {
    ApiError::refused(format!("Property '{name}' is read-only and cannot be set."))
}

/// Whether a value is of the JSON type that its property or member needs; what else is wrong with it is told apart.
fn check_type(name: &str, kind: Kind, given: &Json) -> Result<(), ApiError> {
    let is_collection = matches!(kind, Kind::Texts | Kind::Complexes(_));
    if given.is_null() {
        return if is_collection { Err(faults::null_collection(name)) } else { Ok(()) };
    }
    let (fits, wanted) = match kind {
        Kind::Complex(of) => return check_members(of, given),
        Kind::Texts => {
            let is_wrong = |item: &Json| !item.is_string();
            let has_wrong = items(given)?.iter().any(is_wrong);
            return if has_wrong { Err(faults::wrong_primitive("Edm.String")) } else { Ok(()) };
        }
        Kind::Complexes(of) => return items(given)?.iter().try_for_each(|item| check_members(of, item)),
        Kind::Flag => (given.is_boolean(), "Edm.Boolean"),
        Kind::Number => (given.is_i64(), "Edm.Int32"),
        Kind::Time => (given.is_string(), "Edm.DateTimeOffset"),
        Kind::Text(_) | Kind::OneOf(_) => (given.is_string(), "Edm.String"),
    };
    if fits { Ok(()) } else { Err(faults::wrong_primitive(wanted)) }
}

fn items(given: &Json) -> Result<&[Json], ApiError> {
    given.as_array().map(Vec::as_slice).ok_or_else(|| faults::unexpected_node(given, "StartArray"))
}

/// Whether a value is an object with members that its type has.
fn check_members(of: &ComplexType, given: &Json) -> Result<(), ApiError> {
    let members = given.as_object().ok_or_else(|| faults::unexpected_node(given, "StartObject"))?;
    for (name, value) in members.iter().filter(|(name, _)| !faults::is_type_annotation(name)) {
        match of.member(name) {
            Some(Some(kind)) => check_type(name, kind, value)?,
            Some(None) => {}
            None => return Err(faults::unknown_property(name, of.name)),
        }
    }
    Ok(())
}
