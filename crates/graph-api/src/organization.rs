//! Endpoints of the tenant as a directory object.

pub(crate) mod get;
pub(crate) mod list;

const SET: &str = "organization";
