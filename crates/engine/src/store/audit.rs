//! Which entries of the audit log are read, and how far one look at it goes.

use licensing::audit::{Activity, Actor, AuditEntry};
use licensing::directory::Member;
use licensing::ids::TenantId;
use licensing::time::Timestamp;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Entries that one look examines at most. What it did not come to is left for the next one.
pub const AUDIT_EXAMINED_MAX: u64 = 4_000;
/// How far times of entries may be out of order, in milliseconds. Times are sought on the assumption that they
/// ascend but for this, which only a clock that is set back by more would break.
pub const AUDIT_DISORDER_MAX: i64 = 3_600_000;

/// The order in which entries are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditOrder {
    /// The latest ones first.
    #[default]
    NewestFirst,
    /// As they were written.
    OldestFirst,
}

/// Entries of which all that is given here is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditSet {
    /// The order in which they are read.
    pub order: AuditOrder,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// One of these was done.
    pub activities: Option<Vec<Activity>>,
    /// One of these did it.
    pub actors: Option<Vec<Actor>>,
    /// It belongs to the cause of this id.
    pub correlation: Option<Uuid>,
    /// All of these are concerned.
    pub targets: Vec<Member>,
}

/// Entries with their numbers, in the order of the set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<(u64, AuditEntry)>,
    /// Where to go on; `None` when there is nothing more. Without entries too there may be more.
    pub next: Option<u64>,
    /// How many entries were looked at.
    pub examined: u64,
}

impl AuditSet {
    /// Whether an entry is of the set by all but its targets, which take time to look through.
    #[must_use]
    pub fn admits(&self, tenant: TenantId, sequence: u64, entry: &AuditEntry) -> bool {
        self.since.is_none_or(|since| entry.at >= since)
            && self.until.is_none_or(|until| entry.at < until)
            && self.activities.as_ref().is_none_or(|wanted| wanted.iter().any(|activity| entry.may_tell_of(*activity)))
            && self.actors.as_ref().is_none_or(|actors| actors.contains(&entry.actor))
            && self.correlation.is_none_or(|id| entry.correlation_id(tenant, sequence) == id)
    }

    /// Whether an entry is of the set by its targets.
    #[must_use]
    pub fn concerns_all(&self, entry: &AuditEntry) -> bool {
        self.targets.iter().all(|target| entry.concerns(*target))
    }

    /// The numbers to look at, of a log that has the entries `kept`; `at` tells when an entry was written.
    ///
    /// # Errors
    /// When `at` fails.
    pub fn window<E>(
        &self,
        from: Option<u64>,
        kept: RangeInclusive<u64>,
        mut at: impl FnMut(u64) -> Result<Timestamp, E>,
    ) -> Result<RangeInclusive<u64>, E> {
        let shifted = |time: Timestamp, by| Timestamp::from_unix_millis(time.unix_millis.saturating_add(by));
        let (mut low, last) = kept.into_inner();
        if let Some(since) = self.since {
            low = first_from(low, last + 1, shifted(since, -AUDIT_DISORDER_MAX), &mut at)?;
        }
        let mut high = last;
        if let Some(until) = self.until {
            high = first_from(low, last + 1, shifted(until, AUDIT_DISORDER_MAX), &mut at)? - 1;
        }
        Ok(match self.order {
            AuditOrder::NewestFirst => low..=high.min(from.unwrap_or(high)),
            AuditOrder::OldestFirst => low.max(from.unwrap_or(low))..=high,
        })
    }

    /// The part of a window that one look examines.
    #[must_use]
    pub fn look(&self, window: &RangeInclusive<u64>) -> RangeInclusive<u64> {
        self.beginning(window, AUDIT_EXAMINED_MAX)
    }

    /// The first numbers of a range, in the order of the set: at most so many, at least one of a range that is not empty.
    #[must_use]
    pub fn beginning(&self, range: &RangeInclusive<u64>, numbers_max: u64) -> RangeInclusive<u64> {
        let (low, high) = (*range.start(), *range.end());
        match self.order {
            AuditOrder::NewestFirst => low.max((high + 1).saturating_sub(numbers_max.max(1)))..=high,
            AuditOrder::OldestFirst => low..=high.min(low.saturating_add(numbers_max.max(1) - 1)),
        }
    }

    /// What is left of a range after its [`beginning`](Self::beginning). Entries are numbered from 1.
    #[must_use]
    pub fn rest(&self, range: &RangeInclusive<u64>, beginning: &RangeInclusive<u64>) -> RangeInclusive<u64> {
        match self.order {
            AuditOrder::NewestFirst => *range.start()..=beginning.start().saturating_sub(1),
            AuditOrder::OldestFirst => beginning.end().saturating_add(1)..=*range.end(),
        }
    }

    /// What a look came to that ended with the entry `reached`, or at its own end.
    #[must_use]
    pub fn page(
        &self,
        window: &RangeInclusive<u64>,
        reached: Option<u64>,
        entries: Vec<(u64, AuditEntry)>,
    ) -> AuditPage {
        if window.is_empty() {
            return AuditPage { entries, next: None, examined: 0 };
        }
        let look = self.look(window);
        let (next, examined) = match self.order {
            AuditOrder::NewestFirst => {
                let reached = reached.unwrap_or(*look.start());
                (reached - 1, look.end() - reached + 1)
            }
            AuditOrder::OldestFirst => {
                let reached = reached.unwrap_or(*look.end());
                (reached + 1, reached - look.start() + 1)
            }
        };
        AuditPage { entries, next: Some(next).filter(|next| window.contains(next)), examined }
    }
}

/// The first number from `low` on whose entry is not before `time`; `end` when there is none before that.
fn first_from<E>(
    mut low: u64,
    mut end: u64,
    time: Timestamp,
    at: &mut impl FnMut(u64) -> Result<Timestamp, E>,
) -> Result<u64, E> {
    while low < end {
        let middle = low + (end - low) / 2;
        if at(middle)? < time {
            low = middle + 1;
        } else {
            end = middle;
        }
    }
    Ok(low)
}
