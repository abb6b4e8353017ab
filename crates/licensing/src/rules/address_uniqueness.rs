//! E15: a mailbox needs addresses that nobody else has.

use crate::Refusal;
use crate::assignment::DisabledPlans;
use crate::facts::UserFacts;
use crate::tenant::TenantSku;

/// Refuses a plan with a mailbox for a user one of whose proxy addresses belongs to somebody else.
///
/// # Errors
/// [`Refusal::AddressTaken`].
pub fn check(user: &UserFacts, sku: &TenantSku, disabled: &DisabledPlans) -> Result<(), Refusal> {
    let mailbox = || sku.product.plans.iter().any(|plan| plan.gives_mailbox() && !disabled.contains(plan.id));
    if user.address_taken && mailbox() { Err(Refusal::AddressTaken) } else { Ok(()) }
}
