//! Use cases: who may do what, one writer for each tenant, propagation in the background, and the ports.
//!
//! The engine knows neither SQL nor HTTP. A [`Store`](store::Store) loads facts and writes change sets;
//! the rules in between are those of the `licensing` crate.
#![deny(missing_docs)]

pub mod audit_log;
pub mod back_off;
pub mod browse;
pub mod builtin_catalog;
pub mod caller;
pub mod clock;
pub mod error;
pub mod explain;
pub mod operation;
pub mod permission;
pub mod propagation;
pub mod schema;
pub mod secret;
pub mod span;
pub mod store;
pub mod turns;
pub mod use_cases;
pub mod verify;
pub mod world;
pub mod writer;

pub use caller::{Caller, Permit};
pub use error::EngineError;
pub use operation::Operation;
pub use use_cases::Engine;
