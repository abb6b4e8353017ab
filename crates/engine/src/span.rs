//! Spans of time as text: ISO 8601, which is also OData's `Edm.Duration`, such as `P30D` or `-PT1H30M`.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Reads a span; its milliseconds. A day has 24 hours, and months and years, which have no one length, are none.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let span: Span = text.strip_prefix('-').unwrap_or(text).starts_with('P').then(|| text.parse().ok())??;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_millis()).ok()
}

/// Writes so many milliseconds in days and what is left of one.
#[must_use]
pub fn show(millis: i64) -> String {
    let (days, rest) = (millis / MILLIS_PER_DAY, millis % MILLIS_PER_DAY);
    let text = SignedDuration::from_millis(rest.abs()).to_string();
    let rest = if rest == 0 && days != 0 { "" } else { text.trim_start_matches('P') };
    let days = if days == 0 { String::new() } else { format!("{}D", days.abs()) };
    format!("{}P{days}{rest}", if millis < 0 { "-" } else { "" })
}

const MILLIS_PER_DAY: i64 = licensing::time::DAY_MILLIS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, millis) in [
            ("P30D", 2_592_000_000),
            ("PT0S", 0),
            ("P1DT1H", 90_000_000),
            ("PT0.25S", 250),
            ("PT1H30M", 5_400_000),
            ("-PT1H", -3_600_000),
            ("-P2D", -172_800_000),
            ("P3000000D", 259_200_000_000_000),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
            assert_eq!(show(millis), text);
        }
        for wrong in ["", "P", "30d", "1 day", "P1M", "P1Y", "PT", "P99999999999D", "P1D ", "p1d"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
