//! E2, E16: a service is used somewhere, and not everywhere is it offered.

use crate::Refusal;
use crate::assignment::DisabledPlans;
use crate::facts::UserFacts;
use crate::tenant::{Tenant, TenantSku};
use crate::usage_location::UsageLocation;

/// The location of a user who is assigned a licence directly: its own, never the tenant's (3.3).
///
/// # Errors
/// [`Refusal::NoUsageLocation`].
pub fn required(user: &UserFacts) -> Result<UsageLocation, Refusal> {
    user.usage_location.ok_or(Refusal::NoUsageLocation)
}

/// The location of a user who inherits a licence: its own, else the tenant's (4.7).
#[must_use]
pub fn inherited(tenant: &Tenant, user: &UserFacts) -> UsageLocation {
    user.usage_location.unwrap_or_else(|| tenant.location())
}

/// Refuses a SKU of which an enabled plan is not offered in the location.
///
/// # Errors
/// [`Refusal::ProhibitedInUsageLocation`].
pub fn offered(sku: &TenantSku, disabled: &DisabledPlans, location: UsageLocation) -> Result<(), Refusal> {
    let prohibited =
        sku.product.plans.iter().any(|plan| plan.prohibited_in.contains(&location) && !disabled.contains(plan.id));
    if prohibited { Err(Refusal::ProhibitedInUsageLocation(sku.product.id)) } else { Ok(()) }
}
