//! E3, E4: only a direct licence can be removed from a user.

use crate::Refusal;
use crate::assignment::{PathState, Source};
use crate::facts::UserFacts;
use crate::ids::{SkuId, SkuKey};

/// Refuses to remove a SKU that does not reach the user at all.
///
/// # Errors
/// [`Refusal::NotHeld`].
pub fn held(user: &UserFacts, key: SkuKey, sku: SkuId) -> Result<(), Refusal> {
    let reaches = user.paths.iter().any(|path| path.sku == key && path.state != PathState::Removed);
    if reaches { Ok(()) } else { Err(Refusal::NotHeld(sku)) }
}

/// Refuses to remove a SKU that reaches the user only through groups, in whatever state those paths are.
///
/// # Errors
/// [`Refusal::Inherited`].
pub fn direct(user: &UserFacts, key: SkuKey, sku: SkuId) -> Result<(), Refusal> {
    if user.path(key, Source::Direct).is_some() { Ok(()) } else { Err(Refusal::Inherited(sku)) }
}
