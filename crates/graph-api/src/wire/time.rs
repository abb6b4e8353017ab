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
    fn times_have_whole_seconds() {
        let at = Timestamp::from_unix_millis(1_752_509_645_999);
        assert_eq!(Time(at).to_string(), "2025-07-14T16:14:05Z");
        assert_eq!(without_zone(at), "2025-07-14T16:14:05");
        assert_eq!(Time(Timestamp::from_unix_millis(-1)).to_string(), "1969-12-31T23:59:59Z");
    }
}
