//! E10, E13, E14: a request names at least one SKU, and none of them twice.

use crate::Refusal;
use crate::assignment::WantedLicense;
use crate::ids::SkuId;
use std::collections::BTreeSet;

/// Refuses a request without any change, and one that names a SKU twice in either list or in both.
///
/// # Errors
/// [`Refusal::NothingToDo`], [`Refusal::SkuNamedTwice`].
pub fn check(add: &[WantedLicense], remove: &[SkuId]) -> Result<(), Refusal> {
    if add.is_empty() && remove.is_empty() {
        return Err(Refusal::NothingToDo);
    }
    let mut seen = BTreeSet::new();
    for sku in add.iter().map(|license| license.sku).chain(remove.iter().copied()) {
        if !seen.insert(sku) {
            return Err(Refusal::SkuNamedTwice(sku));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::DisabledPlans;
    use uuid::Uuid;

    fn add(n: u128) -> WantedLicense {
        WantedLicense { sku: SkuId(Uuid::from_u128(n)), disabled: DisabledPlans::default() }
    }

    #[test]
    fn an_empty_request_changes_nothing() {
        assert_eq!(check(&[], &[]), Err(Refusal::NothingToDo));
    }

    #[test]
    fn a_sku_is_named_once_over_both_lists() {
        let sku = SkuId(Uuid::from_u128(1));
        assert_eq!(check(&[add(1), add(1)], &[]), Err(Refusal::SkuNamedTwice(sku)));
        assert_eq!(check(&[], &[sku, sku]), Err(Refusal::SkuNamedTwice(sku)));
        assert_eq!(check(&[add(1)], &[sku]), Err(Refusal::SkuNamedTwice(sku)));
        assert_eq!(check(&[add(1), add(2)], &[SkuId(Uuid::from_u128(3))]), Ok(()));
    }
}
