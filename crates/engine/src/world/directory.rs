//! Users and groups of a world: a few fields of their own, and any Graph property by its name.

use super::declared::LicenseWorld;
use super::text::{Country, Guid, Time};
use crate::schema::complex::ComplexType;
use crate::schema::{Access, GROUP_PROPERTIES, Kind, Property, USER_PROPERTIES, find, json_of};
use licensing::directory::{Properties, Value};
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserWorld {
    /// `id`.
    pub id: Option<Guid>,
    /// `userPrincipalName`.
    pub user_principal_name: String,
    /// `usageLocation`.
    pub usage_location: Option<Country>,
    /// `createdDateTime`; when left out, the time at which the world is built.
    pub created_date_time: Option<Time>,
    /// Its manager, by principal name or id.
    pub manager: Option<String>,
    /// Direct licences, and in an export also those that groups have given.
    pub assigned_licenses: Vec<LicenseWorld>,
    /// All other properties by Graph's name. `accountEnabled` is true when left out.
    pub properties: Properties,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupWorld {
    /// `id`.
    pub id: Option<Guid>,
    /// `createdDateTime`; when left out, the time at which the world is built.
    pub created_date_time: Option<Time>,
    /// Direct members: users by principal name or id, nested groups by id.
    pub members: Vec<String>,
    /// Owners: users by principal name or id.
    pub owners: Vec<String>,
    /// Licences of the group.
    pub assigned_licenses: Vec<LicenseWorld>,
    /// All other properties by Graph's name.
    pub properties: Properties,
}

/// An object of the directory: fields of its own, and properties of a table.
trait Entry: Default {
    /// What it is called in messages.
    const NOUN: &'static str;
    /// Its own fields.
    const FIELDS: &'static [&'static str];
    /// The properties that it may have.
    const TABLE: &'static [Property];

    /// Reads the value of one of its own fields.
    fn read<'de, A: MapAccess<'de>>(&mut self, field: &str, map: &mut A) -> Result<(), A::Error>;

    fn properties(&mut self) -> &mut Properties;
}

impl Entry for UserWorld {
    const NOUN: &'static str = "user";
    const FIELDS: &'static [&'static str] =
        &["id", "userPrincipalName", "usageLocation", "createdDateTime", "manager", "assignedLicenses"];
    const TABLE: &'static [Property] = USER_PROPERTIES;

    fn read<'de, A: MapAccess<'de>>(&mut self, field: &str, map: &mut A) -> Result<(), A::Error> {
        match field {
            "id" => self.id = map.next_value()?,
            "userPrincipalName" => self.user_principal_name = map.next_value()?,
            "usageLocation" => self.usage_location = map.next_value()?,
            "createdDateTime" => self.created_date_time = map.next_value()?,
            "manager" => self.manager = map.next_value()?,
            _ => self.assigned_licenses = map.next_value()?,
        }
        Ok(())
    }

    fn properties(&mut self) -> &mut Properties {
        &mut self.properties
    }
}

impl Entry for GroupWorld {
    const NOUN: &'static str = "group";
    const FIELDS: &'static [&'static str] = &["id", "createdDateTime", "members", "owners", "assignedLicenses"];
    const TABLE: &'static [Property] = GROUP_PROPERTIES;

    fn read<'de, A: MapAccess<'de>>(&mut self, field: &str, map: &mut A) -> Result<(), A::Error> {
        match field {
            "id" => self.id = map.next_value()?,
            "createdDateTime" => self.created_date_time = map.next_value()?,
            "members" => self.members = map.next_value()?,
            "owners" => self.owners = map.next_value()?,
            _ => self.assigned_licenses = map.next_value()?,
        }
        Ok(())
    }

    fn properties(&mut self) -> &mut Properties {
        &mut self.properties
    }
}

impl<'de> Deserialize<'de> for UserWorld {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let user: Self = deserializer.deserialize_map(EntryVisitor(PhantomData))?;
        if user.user_principal_name.is_empty() {
            return Err(D::Error::missing_field("userPrincipalName"));
        }
        Ok(user)
    }
}

impl<'de> Deserialize<'de> for GroupWorld {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<E>(PhantomData<E>);

impl<'de, E: Entry> Visitor<'de> for EntryVisitor<E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", E::NOUN)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<E, A::Error> {
        let mut entry = E::default();
        let mut seen: Vec<&'static str> = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed::<E>(PhantomData))? {
            let (Key::Field(name) | Key::Property(&Property { name, .. })) = key;
            if seen.contains(&name) {
                return Err(A::Error::duplicate_field(name));
            }
            seen.push(name);
            match key {
                Key::Field(field) => entry.read(field, &mut map)?,
                Key::Property(property) => {
                    let value = map.next_value_seed(ValueSeed(property))?;
                    if value != Value::Null {
                        entry.properties().0.insert(property.name.to_owned(), value);
                    }
                }
            }
        }
        Ok(entry)
    }
}

#[derive(Clone, Copy)]
enum Key {
    Field(&'static str),
    Property(&'static Property),
}

struct KeySeed<E>(PhantomData<E>);

impl<'de, E: Entry> DeserializeSeed<'de> for KeySeed<E> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<E: Entry> Visitor<'_> for KeySeed<E> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a property of a {}", E::NOUN)
    }

    fn visit_str<F: Error>(self, name: &str) -> Result<Key, F> {
        if let Some(field) = E::FIELDS.iter().find(|field| **field == name) {
            return Ok(Key::Field(field));
        }
        let problem = match find(E::TABLE, name) {
            None => format!("unknown field `{name}`: a {} has no such property", E::NOUN),
            Some(property) => match property.access {
                Access::Write | Access::Create | Access::Read => return Ok(Key::Property(property)),
                Access::Derived => format!("`{name}` cannot be given: it follows from the rest of the world"),
                Access::Profile => format!("`{name}` cannot be given: profiles of users are not kept"),
            },
        };
        Err(F::custom(problem))
    }
}

struct ValueSeed(&'static Property);

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Self(property) = self;
        let given = serde_json::Value::deserialize(deserializer)?;
        property.parse(&given).ok_or_else(|| {
            let given = if given.to_string().len() > 60 { "this value".to_owned() } else { given.to_string() };
            D::Error::custom(format_args!("{given} is not {}", what_is(property.kind)))
        })
    }
}

fn what_is(kind: Kind) -> String {
    match kind {
        Kind::Text(chars_max) => return format!("a text of at most {chars_max} characters"),
        Kind::OneOf(names) => return format!("one of {}", names.join(", ")),
        Kind::Flag => "true or false",
        Kind::Number => "a 32-bit integer",
        Kind::Time => "a time such as 2026-01-31T08:00:00Z",
        Kind::Texts => "a list of texts",
        Kind::Complex(of) => return format!("an object{}", members_of(of)),
        Kind::Complexes(of) => return format!("a list of objects{}", members_of(of)),
    }
    .to_owned()
}

fn members_of(of: &ComplexType) -> String {
    let Some(members) = of.members else { return String::new() };
    let member = |(name, kind): &(&str, Kind)| format!("`{name}` ({})", what_is(*kind));
    format!(" with {}", members.iter().map(member).collect::<Vec<_>>().join(", "))
}

impl Serialize for UserWorld {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_some(&mut map, "id", self.id.as_ref())?;
        map.serialize_entry("userPrincipalName", &self.user_principal_name)?;
        write_some(&mut map, "usageLocation", self.usage_location.as_ref())?;
        write_some(&mut map, "createdDateTime", self.created_date_time.as_ref())?;
        write_properties(&mut map, &self.properties)?;
        write_some(&mut map, "manager", self.manager.as_ref())?;
        write_some(&mut map, "assignedLicenses", not_empty(&self.assigned_licenses))?;
        map.end()
    }
}

impl Serialize for GroupWorld {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write_some(&mut map, "id", self.id.as_ref())?;
        write_some(&mut map, "createdDateTime", self.created_date_time.as_ref())?;
        write_properties(&mut map, &self.properties)?;
        write_some(&mut map, "members", not_empty(&self.members))?;
        write_some(&mut map, "owners", not_empty(&self.owners))?;
        write_some(&mut map, "assignedLicenses", not_empty(&self.assigned_licenses))?;
        map.end()
    }
}

fn not_empty<T>(items: &[T]) -> Option<&[T]> {
    (!items.is_empty()).then_some(items)
}

fn write_some<M: SerializeMap>(
    map: &mut M,
    name: &str,
    value: Option<&(impl Serialize + ?Sized)>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

fn write_properties<M: SerializeMap>(map: &mut M, properties: &Properties) -> Result<(), M::Error> {
    properties.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, &json_of(value)))
}
