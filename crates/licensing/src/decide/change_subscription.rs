//! Changing how many units were bought. Graph has no call for it.

use super::{check_units, find_subscription, put_subscription};
use crate::audit::Activity;
use crate::command::{Context, Decision};
use crate::facts::Facts;
use crate::ids::SubscriptionId;
use crate::refusal::Refusal;
use crate::subscription::{CapabilityStatus, Subscription};

/// Sets the units of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// How many units it has from now on.
    pub total_licenses: u32,
}

impl ChangeSubscription {
    /// Changes the units. With fewer than are in use, nobody loses a licence: more seats are in use than there are
    /// (specification 4.5).
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::SubscriptionDeleted`], [`Refusal::TooManyUnits`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let (key, sku, before) = find_subscription(facts, context, self.id)?;
        if before.status == CapabilityStatus::Deleted {
            return Err(Refusal::SubscriptionDeleted);
        }
        let subscription = Subscription { total_licenses: self.total_licenses, ..before.clone() };
        check_units(facts, sku, &subscription)?;
        Ok(put_subscription(context, Activity::ChangeSubscription, key, sku, Some(&before), subscription))
    }
}
