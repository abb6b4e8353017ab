//! What an administrator of Seatwright needs and Graph has no call for (docs/administration.md).

pub(crate) mod clock;
pub(crate) mod explain;
mod members;
pub(crate) mod products;
pub(crate) mod subscriptions;
