//! What time does to a tenant, and from when on (docs/decisions/0017).

use crate::decide::restore_user::restorable_until;
use crate::time::{DAY_MILLIS, Timestamp};

/// How long the audit log keeps an entry (specification 4.9), counted from the end of its day: entries go day by day.
pub const AUDIT_KEPT_DAYS: i64 = 30;

/// The earliest of each kind of thing that time changes in a tenant. A store finds them; none of them is a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earliest {
    /// `nextLifecycleDateTime` of a subscription.
    pub lifecycle_at: Option<Timestamp>,
    /// When a user or group was deleted that can be restored.
    pub deleted_at: Option<Timestamp>,
    /// When a rule that follows time last began to look at all users.
    pub rule_run_at: Option<Timestamp>,
    /// When the first entry of the audit log was written.
    pub audited_at: Option<Timestamp>,
}

impl Earliest {
    /// From when on there is something to do, by the clock of the tenant; `None` when time changes nothing.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let deleted = self.deleted_at.map(restorable_until);
        let rules = self.rule_run_at.map(next_run_at);
        let audit = self.audited_at.map(kept_until);
        [self.lifecycle_at, deleted, rules, audit].into_iter().flatten().min()
    }
}

/// When a rule that follows time looks at all users again: with the next day.
#[must_use]
pub fn next_run_at(run_at: Timestamp) -> Timestamp {
    day_of(run_at).plus_millis(DAY_MILLIS)
}

/// Until when the audit log keeps an entry of this time.
#[must_use]
pub fn kept_until(audited_at: Timestamp) -> Timestamp {
    day_of(audited_at).plus_millis((AUDIT_KEPT_DAYS + 1) * DAY_MILLIS)
}

/// Entries that were written before this are no longer kept.
#[must_use]
pub fn kept_since(now: Timestamp) -> Timestamp {
    day_of(now).plus_millis(-AUDIT_KEPT_DAYS * DAY_MILLIS)
}

/// The beginning of the day, in UTC.
fn day_of(time: Timestamp) -> Timestamp {
    Timestamp::from_unix_millis(time.unix_millis.div_euclid(DAY_MILLIS).saturating_mul(DAY_MILLIS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_unix_millis(DAY_MILLIS / 2);

    fn day(number: i64) -> Timestamp {
        Timestamp::from_unix_millis(number * DAY_MILLIS)
    }

    #[test]
    fn nothing_is_due_where_there_is_nothing() {
        assert_eq!(Earliest::default().due_at(), None);
    }

    #[test]
    fn each_kind_of_thing_is_due_at_its_time() {
        let due = |earliest: Earliest| earliest.due_at();
        assert_eq!(due(Earliest { lifecycle_at: Some(NOON), ..Earliest::default() }), Some(NOON));
        let deleted = Earliest { deleted_at: Some(NOON), ..Earliest::default() };
        assert_eq!(due(deleted), Some(NOON.plus_millis(30 * DAY_MILLIS)));
        assert_eq!(due(Earliest { rule_run_at: Some(NOON), ..Earliest::default() }), Some(day(1)));
        assert_eq!(due(Earliest { audited_at: Some(NOON), ..Earliest::default() }), Some(day(31)));
        let all = Earliest { rule_run_at: Some(NOON), audited_at: Some(NOON), ..deleted };
        assert_eq!(due(all), Some(day(1)));
    }

    #[test]
    fn an_entry_is_kept_for_thirty_whole_days_and_not_a_day_more() {
        for written in [day(0), NOON, day(1).plus_millis(-1)] {
            assert_eq!(kept_until(written), day(31));
            assert!(kept_since(day(31).plus_millis(-1)) <= written && written < kept_since(day(31)));
        }
    }
}
