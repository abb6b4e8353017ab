//! Cancelling a subscription. Graph has no call for it.

use super::{find_subscription, put_subscription};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::facts::Facts;
use crate::ids::SubscriptionId;
use crate::refusal::Refusal;
use crate::subscription::CapabilityStatus;

/// Ends a subscription now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelSubscription {
    /// The subscription.
    pub id: SubscriptionId,
}

impl CancelSubscription {
    /// Suspends it at once: one that is cancelled has no days of grace (docs/decisions/0013). Licences stay. One that
    /// has got so far already is left as it is.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let (key, sku, before) = find_subscription(facts, context, self.id)?;
        if before.status >= CapabilityStatus::Suspended {
            return Ok(Decision::accepted(ChangeSet::default(), Answer::Tenant));
        }
        let mut subscription = before.clone();
        subscription.enter(CapabilityStatus::Suspended, context.now);
        Ok(put_subscription(context, Activity::CancelSubscription, key, sku, Some(&before), subscription))
    }
}
