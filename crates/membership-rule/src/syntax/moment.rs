//! Points in time: `2020-06-10T18:13:20Z`, `system.now -plus p1d`.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SpanFieldwise, Timestamp};

/// How `system.now` is moved (section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Forwards or backwards.
    pub direction: Direction,
    /// How far.
    pub duration: Duration,
}

/// Forwards or backwards in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `-plus`
    Plus,
    /// `-minus`
    Minus,
}

/// A length of time in ISO 8601, in whole units: `P1Y2M3W4DT5H6M7S`.
///
/// ```
/// use membership_rule::syntax::Duration;
/// assert_eq!(Duration::parse("p1dt12h").unwrap().to_string(), "P1DT12H");
/// assert!(Duration::parse("1 day").is_none() && Duration::parse("P").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(SpanFieldwise);

impl Duration {
    /// Reads a length of time, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_iso = text.starts_with(['p', 'P']) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        text.parse().ok().filter(|_| is_iso).map(|span| Self(SpanFieldwise(span)))
    }
}

impl Shift {
    /// The moved time by the calendar of UTC; the end of all times when it would lie behind it.
    #[must_use]
    pub fn apply(&self, time: Timestamp) -> Timestamp {
        let Duration(SpanFieldwise(span)) = self.duration;
        let zoned = time.to_zoned(TimeZone::UTC);
        match self.direction {
            Direction::Plus => zoned.checked_add(span).map_or(Timestamp::MAX, |moved| moved.timestamp()),
            Direction::Minus => zoned.checked_sub(span).map_or(Timestamp::MIN, |moved| moved.timestamp()),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.0)
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            Direction::Plus => "-plus",
            Direction::Minus => "-minus",
        };
        write!(f, "{direction} {}", self.duration)
    }
}

/// The first second of the year 1, before which Graph knows no times.
const YEAR_ONE: i64 = -62_135_596_800;

/// A date and time. Without an offset it is in UTC, without a time it is midnight.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) || text.contains('[') {
        return None;
    }
    let in_utc = || {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(in_utc).filter(|time: &Timestamp| time.as_second() >= YEAR_ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_offset() {
        assert_eq!(time("0001-01-01").unwrap().as_second(), YEAR_ONE);
        let expected = Some("2020-06-10T00:00:00Z".parse().unwrap());
        for text in ["2020-06-10T00:00:00Z", "2020-06-10T02:00:00+02:00", "2020-06-10T00:00:00", "2020-06-10"] {
            assert_eq!(time(text), expected, "{text}");
        }
        for text in [
            "",
            "now",
            "2020",
            "2020-13-01",
            "2020-06-10T00:00:00Z[UTC]",
            "2020-06-10T25:00",
            "0001-01-01T00:00:00+01:00",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn a_shift_stays_within_all_times() {
        let now = "2024-02-29T12:00:00Z".parse().unwrap();
        let shifted = |direction, text| {
            let duration = Duration::parse(text).unwrap();
            Shift { direction, duration }.apply(now)
        };
        assert_eq!(shifted(Direction::Plus, "p1y").to_string(), "2025-02-28T12:00:00Z");
        assert_eq!(shifted(Direction::Minus, "P1DT1H1M1S").to_string(), "2024-02-28T10:58:59Z");
        assert_eq!(shifted(Direction::Plus, "P9999Y"), Timestamp::MAX);
        assert_eq!(shifted(Direction::Minus, "P19998Y"), Timestamp::MIN);
    }
}
