//! Letting time do its work on subscriptions.

use crate::audit::{Activity, Actor};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::facts::Facts;
use crate::tenant::Tenant;
use crate::time::Timestamp;

/// Takes every step that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdvanceSubscriptions;

impl AdvanceSubscriptions {
    /// Never refuses, and writes nothing when nothing is due.
    #[must_use]
    pub fn decide(&self, facts: &Facts, context: &Context) -> Decision {
        Decision::accepted(due(&facts.tenant, context), Answer::Done)
    }
}

/// What is due at the time of the context. Licences stay with whoever has them (specification 3.3).
pub(super) fn due(tenant: &Tenant, context: &Context) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for (key, sku) in &tenant.skus {
        for subscription in sku.subscriptions.iter().filter(|known| is_due(known.next_lifecycle_at, context.now)) {
            changes.subscriptions.push((*key, sku.product.id, subscription.at(context.now)));
        }
    }
    if !changes.subscriptions.is_empty() {
        let context = Context { actor: Actor::GroupLicensing, ..context.clone() };
        changes.audit.push(context.audit(Activity::AdvanceSubscriptions));
    }
    changes
}

fn is_due(next: Option<Timestamp>, now: Timestamp) -> bool {
    next.is_some_and(|next| next <= now)
}
