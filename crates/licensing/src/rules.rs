//! The rules that a change must obey, one rule a file. Each takes what it reads and answers with
//! the [`Refusal`](crate::Refusal) that names the violation; `decide` asks them in the documented order.

pub mod address_uniqueness;
pub mod disabled_plans;
pub mod group_properties;
pub mod plan_dependency;
pub mod plan_exclusion;
pub mod principal_name;
pub mod removal;
pub mod seats;
pub mod sku;
pub mod usage_location;
pub mod user_properties;
pub mod wanted_lists;
