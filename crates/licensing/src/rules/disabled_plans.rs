//! E12: only plans of the SKU itself can be left out.

use crate::Refusal;
use crate::assignment::DisabledPlans;
use crate::tenant::TenantSku;

/// Refuses a disabled plan that the SKU does not contain.
///
/// # Errors
/// [`Refusal::PlanNotInSku`].
pub fn check(sku: &TenantSku, disabled: &DisabledPlans) -> Result<(), Refusal> {
    if disabled.as_slice().iter().all(|plan| sku.product.contains(*plan)) {
        Ok(())
    } else {
        Err(Refusal::PlanNotInSku(sku.product.id))
    }
}
