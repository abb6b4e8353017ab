//! Endpoints of subscribed SKUs.

pub(crate) mod get;
pub(crate) mod list;
