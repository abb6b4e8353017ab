//! Durations on the command line: `250ms`, `2s`, `5m`, `12h`, `30d`; some may be negative.

use std::time::Duration;

/// A span of time that may lie in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignedDuration {
    /// Milliseconds; negative for the past.
    pub(crate) millis: i64,
}

/// Reads a duration that is not negative.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let signed = parse_signed(text)?;
    u64::try_from(signed.millis).map(Duration::from_millis).map_err(|_| "must not be negative".to_owned())
}

/// Reads a duration that may be negative.
pub(crate) fn parse_signed(text: &str) -> Result<SignedDuration, String> {
    let explain = || format!("`{text}` is no duration; write a number and a unit, such as 250ms, 2s, 5m, 12h or 30d");
    let digits_end = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(explain)?;
    let (number, unit) = text.split_at(digits_end);
    let millis_per_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(explain()),
    };
    let number: i64 = number.parse().map_err(|_| explain())?;
    let millis = number.checked_mul(millis_per_unit).ok_or_else(explain)?;
    Ok(SignedDuration { millis })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_whole_number_and_a_unit() {
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("30d"), Ok(Duration::from_secs(2_592_000)));
        assert_eq!(parse_signed("-5m"), Ok(SignedDuration { millis: -300_000 }));
        for wrong in ["", "5", "m", "5 m", "1.5s", "5w", "-1s", "99999999999999999d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
