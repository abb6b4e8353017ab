//! Buying seats. Graph has no call for it.

use super::{check_units, find_subscription, put_subscription};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
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
    /// Adds an enabled subscription. Whoever asks again, not knowing what became of the first time, gives the same id: what
    /// is bought already is not bought twice.
    ///
    /// # Errors
    /// [`Refusal::UnknownSku`] for what no catalogue has, [`Refusal::NameTaken`] for the id of another subscription,
    /// [`Refusal::InvalidProperty`] for an end that has passed, [`Refusal::TooManyUnits`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        facts.tenant.catalog.product(self.sku).ok_or(Refusal::UnknownSku(self.sku))?;
        if let Ok((_, sku, known)) = find_subscription(facts, context, self.id) {
            let is_this = sku == self.sku && known == self.bought_at(known.created_at);
            let nothing = Decision::accepted(ChangeSet::default(), Answer::Tenant);
            return if is_this { Ok(nothing) } else { Err(Refusal::NameTaken("id")) };
        }
        self.until.map_or(Ok(()), |until| check_end(until, context))?;
        let key = facts.tenant.sku_key(self.sku).unwrap_or(facts.next_keys.sku);
        let subscription = self.bought_at(context.now);
        check_units(facts, self.sku, &subscription)?;
        Ok(put_subscription(context, Activity::BuySubscription, key, self.sku, None, subscription))
    }

    fn bought_at(&self, created_at: Timestamp) -> Subscription {
        Subscription {
            id: self.id,
            status: CapabilityStatus::Enabled,
            total_licenses: self.total_licenses,
            created_at,
            is_trial: self.is_trial,
            next_lifecycle_at: self.until,
        }
    }
}

/// An end lies ahead, and can be written down.
pub(super) fn check_end(until: Timestamp, context: &Context) -> Result<(), Refusal> {
    let is_ahead = context.now < until && until <= TIME_MAX;
    let (property, resource) = ("nextLifecycleDateTime", "companySubscription");
    if is_ahead { Ok(()) } else { Err(Refusal::InvalidProperty { property, resource }) }
}
