//! Endpoints of the tenant's purchases.

pub(crate) mod get;
pub(crate) mod list;

const SET: &str = "directory/subscriptions";
