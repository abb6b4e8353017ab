//! Times: UTC, whole seconds, `2025-07-14T16:14:05Z`.

use licensing::time::Timestamp;
use serde::{Serialize, Serializer};
use std::fmt;

/// A time as Graph writes it.
pub(crate) struct Time(pub(crate) Timestamp);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unix_millis.div_euclid(1000);
        jiff::Timestamp::from_second(seconds).unwrap_or_default().fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A time to the millisecond, as the audit log has it.
pub(crate) struct FineTime(pub(crate) Timestamp);

impl Serialize for FineTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&jiff::Timestamp::from_millisecond(self.0.unix_millis).unwrap_or_default())
    }
}

/// A time that a client names: the last whole millisecond that is not after it, and whether it is that very one.
/// A date alone is its first moment.
pub(crate) fn parse(text: &str) -> Option<(Timestamp, bool)> {
    let is_date = text.len() == "2025-07-14".len();
    let at: jiff::Timestamp = match text.parse() {
        Ok(at) => at,
        Err(_) if is_date => format!("{}T00:00:00Z", text.parse::<jiff::civil::Date>().ok()?).parse().ok()?,
        Err(_) => return None,
    };
    let millis = i64::try_from(at.as_nanosecond().div_euclid(1_000_000)).ok()?;
    Some((Timestamp::from_unix_millis(millis), at.subsec_nanosecond() % 1_000_000 == 0))
}

/// A time as the error envelope has it: without the `Z`.
pub(crate) fn without_zone(at: Timestamp) -> String {
    let mut text = Time(at).to_string();
    text.truncate(text.len().saturating_sub(1));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_clients_name_are_read_to_the_millisecond() {
        let at = Timestamp::from_unix_millis;
        let cases = [
            ("2025-07-14T16:14:05Z", Some((at(1_752_509_645_000), true))),
            ("2025-07-14T16:14:05.5Z", Some((at(1_752_509_645_500), true))),
            ("2025-07-14T18:14:05.0009+02:00", Some((at(1_752_509_645_000), false))),
            ("1970-01-02", Some((at(86_400_000), true))),
            ("1969-12-31T23:59:59.9999Z", Some((at(-1), false))),
            ("2025-07-14T16:14:05", None),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn times_have_whole_seconds() {
        let at = Timestamp::from_unix_millis(1_752_509_645_999);
        assert_eq!(Time(at).to_string(), "2025-07-14T16:14:05Z");
        assert_eq!(without_zone(at), "2025-07-14T16:14:05");
        assert_eq!(Time(Timestamp::from_unix_millis(-1)).to_string(), "1969-12-31T23:59:59Z");
    }
}
