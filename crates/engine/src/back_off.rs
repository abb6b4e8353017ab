//! How long to wait before something that failed is tried again.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

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

/// What failed, each with the moment from which it is tried again.
pub(crate) struct Failing<K> {
    all: HashMap<K, (BackOff, Instant)>,
}

impl<K> Default for Failing<K> {
    fn default() -> Self {
        Self { all: HashMap::new() }
    }
}

impl<K: Eq + Hash> Failing<K> {
    /// Whether it is too early to try this again.
    pub(crate) fn rests(&self, what: &K) -> bool {
        self.all.get(what).is_some_and(|(_, until)| Instant::now() < *until)
    }

    /// How long until the first is tried again.
    pub(crate) fn soonest(&self) -> Option<Duration> {
        let first = self.all.values().map(|(_, until)| *until).min()?;
        Some(first.saturating_duration_since(Instant::now()))
    }

    /// It failed; how long it rests.
    pub(crate) fn failed(&mut self, what: K) -> Duration {
        let (back_off, until) = self.all.entry(what).or_insert_with(|| (BackOff::default(), Instant::now()));
        let wait = back_off.failed();
        *until = Instant::now() + wait;
        wait
    }

    /// It went well.
    pub(crate) fn succeeded(&mut self, what: &K) {
        self.all.remove(what);
    }

    /// Forgets what is not to be done any more.
    pub(crate) fn retain(&mut self, is_to_be_done: impl Fn(&K) -> bool) {
        self.all.retain(|what, _| is_to_be_done(what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_rests_alone_until_its_time_or_a_success() {
        let (ill, well) = ("ill", "well");
        let mut failing = Failing::default();
        assert_eq!(failing.soonest(), None);
        assert_eq!(failing.failed(ill), WAIT_FIRST);
        assert!(failing.rests(&ill) && !failing.rests(&well));
        assert!(failing.soonest().is_some_and(|wait| wait <= WAIT_FIRST));
        failing.all.values_mut().for_each(|(_, until)| *until = Instant::now());
        assert!(!failing.rests(&ill));
        assert_eq!(failing.failed(ill), WAIT_FIRST * 2);
        failing.succeeded(&ill);
        assert_eq!((failing.soonest(), failing.failed(ill)), (None, WAIT_FIRST));
    }

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
