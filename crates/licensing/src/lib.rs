//! The licensing rules: facts and a command in, changes or a refusal out.
//!
//! Nothing here waits, reads a clock, touches a disk or knows JSON. A store loads [`Facts`] for the
//! [`Scope`] of some [`Command`]s, [`Command::decide`] answers with a [`Decision`], and the store writes
//! the decision's [`ChangeSet`]. Section numbers in the documentation are those of the specification
//! of observed behaviour that the project was built from.
#![deny(missing_docs)]

pub mod aging;
pub mod assignment;
pub mod audit;
pub mod catalog;
pub mod change_set;
pub mod command;
pub mod decide;
pub mod directory;
pub mod dynamic_group;
pub mod effective;
pub mod evaluate;
pub mod explain;
pub mod facts;
pub mod ids;
pub mod refusal;
pub mod rules;
pub mod seats;
pub mod subscription;
pub mod tenant;
pub mod time;
pub mod usage_location;
mod visit;

pub use change_set::ChangeSet;
pub use command::{Answer, Command, Decision};
pub use facts::{Facts, Scope};
pub use refusal::Refusal;
