//! How long to wait before something that failed is tried again.

use std::time::Duration;

/// The wait after a first failure.
pub const WAIT_FIRST: Duration = Duration::from_millis(250);
/// The longest wait.
pub const WAIT_MAX: Duration = Duration::from_secs(5);

/// Waits that double with each failure, up to a limit, until something succeeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackOff {
    failures: u32,
}

impl BackOff {
    /// How long to wait after one more failure.
    pub fn failed(&mut self) -> Duration {
        let wait = WAIT_FIRST.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        self.failures = self.failures.saturating_add(1);
        wait.min(WAIT_MAX)
    }

    /// It succeeded: the next failure is a first one.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_begin_anew_after_a_success() {
        let mut back_off = BackOff::default();
        let waits: Vec<u128> = (0..7).map(|_| back_off.failed().as_millis()).collect();
        assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
        for _ in 0..100 {
            assert_eq!(back_off.failed(), WAIT_MAX);
        }
        back_off.succeeded();
        assert_eq!(back_off.failed(), WAIT_FIRST);
    }
}
