//! Buying seats. Graph has no call for it.

use super::{check_units, put_subscription};
use crate::audit::Activity;
use crate::command::{Context, Decision};
use crate::facts::Facts;
use crate::ids::{SkuId, SubscriptionId};
use crate::refusal::Refusal;
use crate::subscription::{CapabilityStatus, Subscription};
use crate::time::{TIME_MAX, Timestamp};

/// Buys units of a SKU. Several purchases of one SKU add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuySubscription {
    /// The id of the new subscription.
    pub id: SubscriptionId,
    /// What is bought.
    pub sku: SkuId,
    /// How many units.
    pub total_licenses: u32,
    /// Whether it is a trial.
    pub is_trial: bool,
    /// Until when it is paid; for ever when left out.
    pub until: Option<Timestamp>,
}

impl BuySubscription {
    /// Adds an enabled subscription.
    ///
    /// # Errors
    /// [`Refusal::UnknownSku`] for what no catalogue has, [`Refusal::InvalidProperty`] for an end that has passed,
    /// [`Refusal::TooManyUnits`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        facts.tenant.catalog.product(self.sku).ok_or(Refusal::UnknownSku(self.sku))?;
        self.until.map_or(Ok(()), |until| check_end(until, context))?;
        let key = facts.tenant.sku_key(self.sku).unwrap_or(facts.next_keys.sku);
        let subscription = Subscription {
            id: self.id,
            status: CapabilityStatus::Enabled,
            total_licenses: self.total_licenses,
            created_at: context.now,
            is_trial: self.is_trial,
            next_lifecycle_at: self.until,
        };
        check_units(facts, self.sku, &subscription)?;
        Ok(put_subscription(context, Activity::BuySubscription, key, self.sku, None, subscription))
    }
}

/// An end lies ahead, and can be written down.
pub(super) fn check_end(until: Timestamp, context: &Context) -> Result<(), Refusal> {
    let is_ahead = context.now < until && until <= TIME_MAX;
    let (property, resource) = ("nextLifecycleDateTime", "companySubscription");
    if is_ahead { Ok(()) } else { Err(Refusal::InvalidProperty { property, resource }) }
}
