//! Renewing a subscription. Graph has no call for it.

use super::buy_subscription::check_end;
use super::{find_subscription, put_subscription};
use crate::audit::Activity;
use crate::command::{Context, Decision};
use crate::facts::Facts;
use crate::ids::SubscriptionId;
use crate::refusal::Refusal;
use crate::subscription::lifecycle::TERM_DAYS;
use crate::subscription::{CapabilityStatus, Subscription};
use crate::time::{DAY_MILLIS, TIME_MAX, Timestamp};

/// Pays for a subscription again, whether it has lapsed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// Until when it is paid; when left out, a year more.
    pub until: Option<Timestamp>,
}

impl RenewSubscription {
    /// Enables the subscription again. A year counts from its end, or from now if it has lapsed; one that has no end
    /// needs none.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::SubscriptionDeleted`], [`Refusal::InvalidProperty`] for an end that has
    /// passed.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let (key, sku, before) = find_subscription(facts, context, self.id)?;
        self.until.map_or(Ok(()), |until| check_end(until, context))?;
        let from = match before.status {
            CapabilityStatus::Enabled => before.next_lifecycle_at,
            CapabilityStatus::Deleted => return Err(Refusal::SubscriptionDeleted),
            CapabilityStatus::Warning | CapabilityStatus::Suspended | CapabilityStatus::LockedOut => Some(context.now),
        };
        let a_year_more = from.map(|from| from.plus_millis(TERM_DAYS * DAY_MILLIS).min(TIME_MAX));
        let next_lifecycle_at = self.until.or(a_year_more);
        let subscription = Subscription { status: CapabilityStatus::Enabled, next_lifecycle_at, ..before.clone() };
        Ok(put_subscription(context, Activity::RenewSubscription, key, sku, Some(&before), subscription))
    }
}
