//! JSON objects in which no name occurs twice.
//!
//! Two readers that pick different values of a repeated name see two different tokens. serde's own structs refuse a
//! repeat of the fields they know, but neither of those they skip nor of nested ones, and they also accept an array
//! in place of an object.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads one JSON object that repeats no name at any depth. Errors carry no detail: serde's may quote the text.
pub(crate) fn read_object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice::<UniqueNames>(json).ok()?;
    serde_json::from_slice(json).ok()
}

/// A JSON object without repeated names; remembers nothing of it.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectOnly)?;
        Ok(Self)
    }
}

/// Refuses anything but an object.
struct ObjectOnly;

impl<'de> Visitor<'de> for ObjectOnly {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        AnyValue.visit_map(map)
    }
}

/// Accepts any value, and walks into objects and arrays. `serde_json` bounds the depth.
struct AnyValue;

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(AnyValue)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(Name(name)) = members.next_key()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name occurs twice"));
            }
            members.next_value_seed(AnyValue)?;
        }
        Ok(())
    }
}

/// A member's name after its escapes are resolved, borrowed from the text where it has none.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::read_object;
    use serde_json::Value;

    #[test]
    fn an_object_is_read_only_if_no_name_occurs_twice() {
        let cases = [
            (r#"{}"#, true),
            (r#" {"a":1,"b":[{"a":1},{"a":2}],"c":{"a":null}} "#, true),
            (r#"{"a":1,"A":1}"#, true),
            (r#"{"a":1,"a":1}"#, false),
            (r#"{"a":1,"\u0061":2}"#, false),
            (r#"{"a":{"b":1,"b":2}}"#, false),
            (r#"{"a":[[{"b":1.5,"c":-1,"b":true}]]}"#, false),
            (r#"[]"#, false),
            (r#""a""#, false),
            (r#"null"#, false),
            (r#"{} {}"#, false),
            (r#""#, false),
        ];
        for (json, readable) in cases {
            assert_eq!(read_object::<Value>(json.as_bytes()).is_some(), readable, "{json}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_rather_than_followed() {
        let json = format!("{}{}{}", r#"{"a":"#.repeat(1000), "1", "}".repeat(1000));
        assert!(read_object::<Value>(json.as_bytes()).is_none());
    }
}
