//! E3, E4: only a direct licence can be removed from a user.

use crate::Refusal;
use crate::assignment::{PathState, Source};
use crate::facts::UserFacts;
use crate::ids::{SkuId, SkuKey};

/// Refuses to remove a SKU that the user lacks, or has only through groups, in whatever state those paths are.
///
/// # Errors
/// [`Refusal::NotHeld`], [`Refusal::Inherited`].
pub fn check(user: &UserFacts, key: SkuKey, sku: SkuId) -> Result<(), Refusal> {
    if user.path(key, Source::Direct).is_some() {
        return Ok(());
    }
    let inherited = user.paths.iter().any(|path| path.sku == key && path.state != PathState::Removed);
    Err(if inherited { Refusal::Inherited(sku) } else { Refusal::NotHeld(sku) })
}
