//! Setting the tenant's clock forward, to see what time brings. Graph has no call for it.

use super::pass_time::{due, run_rules};
use crate::audit::Activity;
use crate::command::{Answer, Context, Decision};
use crate::facts::Facts;
use crate::refusal::Refusal;
use crate::time::{TIME_MAX, Timestamp};

/// Sets the clock that every rule and every timestamp of the tenant goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetClock {
    /// To this time.
    To(Timestamp),
    /// By so many milliseconds.
    ForwardMillis(i64),
}

impl SetClock {
    /// Sets the clock, and at the new time does what is due by then: nobody sees one without the other, unless there is
    /// much of it. Rules that follow time look at all users again, whatever the day.
    ///
    /// # Errors
    /// [`Refusal::ClockSetBack`], since what was written would lie in the future; [`Refusal::ClockTooFar`] for a
    /// time beyond all calendars.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let to = match *self {
            Self::To(time) => time,
            Self::ForwardMillis(millis) => context.now.plus_millis(millis),
        };
        if to < context.now {
            return Err(Refusal::ClockSetBack);
        }
        if to > TIME_MAX {
            return Err(Refusal::ClockTooFar);
        }
        let forward_millis = to.unix_millis - context.now.unix_millis;
        let then = Context { now: to, ..context.clone() };
        let mut changes = due(facts, &then);
        changes.then(run_rules(&facts.tenant, to, |_| true));
        changes.clock_ahead_millis = Some(facts.tenant.profile.clock_ahead_millis.saturating_add(forward_millis));
        // At the new time: written with the old one, it might be forgotten at once.
        changes.audit.insert(0, then.audit(Activity::SetClock));
        Ok(Decision::accepted(changes, Answer::Tenant))
    }
}
