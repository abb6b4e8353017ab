//! Values that a world writes as text, and its numbers.

use licensing::catalog::AppliesTo;
use licensing::subscription::CapabilityStatus;
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use uuid::Uuid;

/// Reads a text with a function; the second field says what is expected.
struct Read<T>(fn(&str) -> Option<T>, &'static str);

impl<T> Visitor<'_> for Read<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($inner:ty), $expected:literal, $parse:expr, $show:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Read($parse, $expected)).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let show: fn($inner) -> Option<String> = $show;
                let outside = || serde::ser::Error::custom(concat!("not ", $expected));
                serializer.serialize_str(&show(self.0).ok_or_else(outside)?)
            }
        }
    )+};
}

texts! {
    /// A GUID in its hyphenated form.
    Guid(Uuid), "a GUID", parse_guid, |id| Some(id.to_string());
    /// A country code.
    Country(UsageLocation), "a two-letter country code of ISO 3166-1", UsageLocation::parse, |code| Some(code.to_string());
    /// A time of day of some date, kept to the millisecond.
    Time(Timestamp), "a time such as 2026-01-31T08:00:00Z", parse_time, show_time;
    /// A span of time, in milliseconds, as ISO 8601 and `Edm.Duration` write it; never negative.
    Span(i64), "a duration such as P30D or PT12H", parse_span, show_span;
    /// State of a subscription.
    Status(CapabilityStatus), "Enabled, Warning, Suspended, LockedOut or Deleted", CapabilityStatus::parse,
        |status| Some(status.as_str().to_owned());
    /// Whom a product or plan is for.
    Applies(AppliesTo), "User or Company", parse_applies_to, |applies_to| Some(format!("{applies_to:?}"));
}

/// Reads a number of things.
pub(super) fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    struct Read;

    impl Visitor<'_> for Read {
        type Value = u32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a whole number from 0 to {}", u32::MAX)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
            u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<u32, E> {
            Err(E::invalid_value(Unexpected::Signed(number), &self))
        }
    }

    deserializer.deserialize_u32(Read)
}

fn parse_guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
}

fn parse_span(text: &str) -> Option<i64> {
    crate::span::parse(text).filter(|millis| *millis >= 0)
}

fn show_span(millis: i64) -> Option<String> {
    Some(crate::span::show(millis))
}

fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|time| Timestamp::from_unix_millis(time.as_millisecond()))
}

fn show_time(time: Timestamp) -> Option<String> {
    jiff::Timestamp::from_millisecond(time.unix_millis).ok().map(|time| time.to_string())
}

fn parse_applies_to(text: &str) -> Option<AppliesTo> {
    [AppliesTo::User, AppliesTo::Company].into_iter().find(|applies_to| format!("{applies_to:?}") == text)
}
