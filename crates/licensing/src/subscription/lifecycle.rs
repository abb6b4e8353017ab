//! How a subscription decays when nobody renews it (specification 2.10, 2.12; docs/decisions/0013).

use super::{CapabilityStatus, Subscription};
use crate::time::{DAY_MILLIS, Timestamp};

/// How long an expired subscription stays usable: `Warning`.
pub const WARNING_DAYS: i64 = 30;
/// How long it can be reactivated after that, or after it was cancelled: `Suspended`.
pub const SUSPENDED_DAYS: i64 = 90;
/// How long its data is kept after that: `LockedOut`, until it is `Deleted`.
pub const LOCKED_OUT_DAYS: i64 = 90;
/// How long a renewal lasts if its end is not said.
pub const TERM_DAYS: i64 = 365;

impl Subscription {
    /// The subscription as it is at `now`, with all steps taken that are due; several may be after a long time. One
    /// that has no date for its next step never decays.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        let mut subscription = self.clone();
        while let Some(due) = subscription.next_lifecycle_at.filter(|due| *due <= now) {
            let next = match subscription.status {
                CapabilityStatus::Enabled => CapabilityStatus::Warning,
                CapabilityStatus::Warning => CapabilityStatus::Suspended,
                CapabilityStatus::Suspended => CapabilityStatus::LockedOut,
                CapabilityStatus::LockedOut | CapabilityStatus::Deleted => CapabilityStatus::Deleted,
            };
            // From the day that was due, not from today: late is not longer.
            subscription.enter(next, due);
        }
        subscription
    }

    /// Puts it into a state that it has from `since` on.
    pub(crate) fn enter(&mut self, status: CapabilityStatus, since: Timestamp) {
        let days = match status {
            CapabilityStatus::Warning => Some(WARNING_DAYS),
            CapabilityStatus::Suspended => Some(SUSPENDED_DAYS),
            CapabilityStatus::LockedOut => Some(LOCKED_OUT_DAYS),
            CapabilityStatus::Enabled | CapabilityStatus::Deleted => None,
        };
        self.status = status;
        self.next_lifecycle_at = days.map(|days| since.plus_millis(days * DAY_MILLIS));
    }
}
