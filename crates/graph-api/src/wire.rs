//! Graph's JSON: resources to JSON, bodies to commands. One noun a file.

pub(crate) mod clock;
pub(crate) mod directory_audit;
pub(crate) mod explanation;
pub(crate) mod faults;
pub(crate) mod group;
pub(crate) mod group_body;
pub(crate) mod license_changes;
pub(crate) mod license_details;
pub(crate) mod licenses;
pub(crate) mod managed_device;
pub(crate) mod modified_properties;
pub(crate) mod organization;
pub(crate) mod product;
pub(crate) mod properties;
pub(crate) mod reference;
pub(crate) mod rule_evaluation;
pub(crate) mod service_plans;
pub(crate) mod subscribed_sku;
pub(crate) mod subscription;
pub(crate) mod time;
pub(crate) mod user;
pub(crate) mod user_body;
pub(crate) mod values;
pub(crate) mod visible;
