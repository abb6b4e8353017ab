//! Values as JSON without copies of them.

use licensing::directory::Value;
use serde::{Serialize, Serializer};
use std::fmt;

/// Anything with a text form, such as an id.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The items of an iterator that can be gone through again, as an array.
pub(crate) struct List<I>(pub(crate) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for List<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A property value.
pub(crate) struct PropertyValue<'a>(pub(crate) &'a Value);

impl Serialize for PropertyValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(PropertyValue)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, PropertyValue(value))))
            }
        }
    }
}

/// The security identifier that Entra derives from an object id.
pub(crate) struct SecurityIdentifier(pub(crate) uuid::Uuid);

impl fmt::Display for SecurityIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("S-1-12-1")?;
        for part in self.0.to_bytes_le().as_chunks::<4>().0 {
            write!(f, "-{}", u32::from_le_bytes(*part))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::uuid;

    #[test]
    fn a_security_identifier_holds_the_object_id() {
        // The pair is the one that Microsoft's converter scripts are tested with.
        let id = uuid!("73d664e4-0886-4a73-b745-c694da45ddb4");
        assert_eq!(SecurityIdentifier(id).to_string(), "S-1-12-1-1943430372-1249052806-2496021943-3034400218");
    }
}
