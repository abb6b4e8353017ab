//! Why a use case did not do what was asked.

use crate::store::StoreError;
use licensing::Refusal;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A rule forbids it; the sentence is Graph's.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The caller lacks the permission or the directory role.
    #[error("the caller lacks the permission")]
    Denied,
    /// `/me` without a user (specification: decisions, "Order of refusals").
    #[error("/me request is only valid with delegated authentication flow.")]
    NoSignedInUser,
    /// The tenant's queue of commands is full, or the server is stopping; nothing was done.
    #[error("the tenant's queue is full; try again shortly")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
