//! Strict JSON: no name twice in an object, no deep nesting. Invalid UTF-8 and lone surrogates are refused
//! by the parser beneath.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;

/// Why a text is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// It is no JSON.
    Malformed,
    /// A name occurs twice in an object.
    Repeated(String),
    /// Objects and arrays nest too deep.
    TooDeep,
}

/// Reads one JSON value.
pub(crate) fn parse(bytes: &[u8], depth_max: usize) -> Result<Value, JsonError> {
    let fault = RefCell::new(JsonError::Malformed);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict { depth_left: depth_max, fault: &fault };
    let parsed = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|_| fault.into_inner())
}

#[derive(Clone, Copy)]
struct Strict<'f> {
    depth_left: usize,
    fault: &'f RefCell<JsonError>,
}

impl Strict<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.fail(JsonError::TooDeep)),
        }
    }

    fn fail<E: Error>(self, fault: JsonError) -> E {
        self.fault.replace(fault);
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.fail(JsonError::Repeated(name)));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_read_as_they_are() {
        let text = r#" {"a":[1,-2,0.5,true,null,"\u00e9\ud83d\ude00"],"b":{"a":1}} "#;
        assert_eq!(parse(text.as_bytes(), 3).unwrap(), json!({"a": [1, -2, 0.5, true, null, "é😀"], "b": {"a": 1}}));
    }

    #[test]
    fn what_is_not_strict_json_is_refused() {
        let repeated = |name: &str| JsonError::Repeated(name.to_owned());
        let cases: [(&[u8], JsonError); 12] = [
            (b"", JsonError::Malformed),
            (b"{", JsonError::Malformed),
            (b"{} {}", JsonError::Malformed),
            (b"{'a':1}", JsonError::Malformed),
            (b"{\"a\":1,}", JsonError::Malformed),
            (b"{\"a\":NaN}", JsonError::Malformed),
            (b"\"\xff\"", JsonError::Malformed),
            (br#""\ud83d""#, JsonError::Malformed),
            (br#"{"\udc00":1}"#, JsonError::Malformed),
            (br#"{"a":1,"a":1}"#, repeated("a")),
            (br#"{"a":[{"b":1,"\u0062":2}]}"#, repeated("b")),
            (b"[[[[1]]]]", JsonError::TooDeep),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, 3), Err(expected), "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(parse(&[b'['; 100_000], 64), Err(JsonError::TooDeep));
    }
}
