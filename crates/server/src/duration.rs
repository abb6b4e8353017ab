//! Durations on the command line: `250ms`, `2s`, `5m`, `12h`, `30d`; some may be negative.

use std::time::Duration;

/// A span of time that may lie in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignedDuration {
    /// Milliseconds; negative for the past.
    pub(crate) millis: i64,
}

/// Days of all years that a calendar has.
const DAYS_MAX: i64 = 3_652_059;
const MILLIS_PER_DAY: i64 = 86_400_000;

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
        "d" => MILLIS_PER_DAY,
        _ => return Err(explain()),
    };
    let is_number = number.strip_prefix('-').unwrap_or(number).bytes().all(|digit| digit.is_ascii_digit());
    if !is_number || number.trim_start_matches('-').is_empty() {
        return Err(explain());
    }
    let millis = number.parse().ok().and_then(|number: i64| number.checked_mul(millis_per_unit));
    let millis = millis.filter(|millis| millis.unsigned_abs() <= (DAYS_MAX * MILLIS_PER_DAY).unsigned_abs());
    let millis = millis.ok_or_else(|| format!("`{text}` is too long; {DAYS_MAX} days are the most"))?;
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
        let too_long =
            |text: &str| parse(text).is_err_and(|said| said.contains("is too long; 3652059 days are the most"));
        assert!(too_long("3652060d") && too_long("99999999999999999999999s") && !too_long("5w"));
    }
}
