//! E6: each SKU that a user did not hold before takes a seat (specification 4.5).

use crate::Refusal;
use crate::ids::{SkuId, SkuKey};
use crate::seats::Seats;

/// Refuses when no seat of the SKU is free.
///
/// # Errors
/// [`Refusal::NoSeat`].
pub fn check(seats: &Seats<'_>, key: SkuKey, sku: SkuId) -> Result<(), Refusal> {
    if seats.is_free(key) { Ok(()) } else { Err(Refusal::NoSeat(sku)) }
}
