//! Time as an argument: this crate never asks what time it is.

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Milliseconds since the Unix epoch, UTC.
    pub unix_millis: i64,
}

impl Timestamp {
    /// The timestamp of that many milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_millis(unix_millis: i64) -> Self {
        Self { unix_millis }
    }

    /// So many milliseconds later, or earlier when negative; at the ends of what can be counted it stays there.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self { unix_millis: self.unix_millis.saturating_add(millis) }
    }
}

/// A day in milliseconds.
pub const DAY_MILLIS: i64 = 86_400_000;
/// The last moment to which a clock can be set and until which anything can be bought: 9999-01-01T00:00:00Z, so that
/// whatever follows from it can still be written down.
pub const TIME_MAX: Timestamp = Timestamp::from_unix_millis(253_370_764_800_000);
