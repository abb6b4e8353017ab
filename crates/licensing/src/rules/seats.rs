//! E6: each SKU that a user did not hold before takes a seat (specification 4.5), and nobody gets a new path to a
//! SKU that has lapsed (3.3).

use crate::Refusal;
use crate::ids::SkuKey;
use crate::seats::Seats;
use crate::tenant::TenantSku;

/// Refuses a new path to the SKU when it has lapsed, or when the user needs a seat of it and none is free.
///
/// # Errors
/// [`Refusal::NoSeat`].
pub fn check(seats: &Seats<'_>, key: SkuKey, sku: &TenantSku, holds_seat: bool) -> Result<(), Refusal> {
    let is_offered = sku.capability_status().is_assignable();
    if is_offered && (holds_seat || seats.is_free(key)) { Ok(()) } else { Err(Refusal::NoSeat(sku.product.id)) }
}
