//! E5, E9: the tenant has the SKU, and the SKU can be given to users.

use crate::Refusal;
use crate::catalog::AppliesTo;
use crate::ids::{SkuId, SkuKey};
use crate::tenant::{Tenant, TenantSku};

/// Finds a SKU of the tenant.
///
/// # Errors
/// [`Refusal::UnknownSku`].
pub fn known(tenant: &Tenant, sku: SkuId) -> Result<(SkuKey, &TenantSku), Refusal> {
    let key = tenant.sku_key(sku).ok_or(Refusal::UnknownSku(sku))?;
    tenant.skus.get(&key).map(|found| (key, found)).ok_or(Refusal::UnknownSku(sku))
}

/// Refuses a SKU that belongs to the company as a whole.
///
/// # Errors
/// [`Refusal::NotAssignable`].
pub fn assignable(sku: &TenantSku) -> Result<(), Refusal> {
    match sku.product.applies_to {
        AppliesTo::User => Ok(()),
        AppliesTo::Company => Err(Refusal::NotAssignable(sku.product.id)),
    }
}
