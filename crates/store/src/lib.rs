//! Stores: SQLite and memory, and the suite that defines a store.
#![deny(missing_docs)]

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod memory;
pub mod sqlite;
