//! Stores: SQLite, PostgreSQL and memory, and the suite that defines a store.
#![deny(missing_docs)]

mod checks;
mod columns;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod copy;
pub mod memory;
pub mod postgres;
pub mod sqlite;
mod tenant_cache;
