//! Scenarios: stories of the specification as data (`scenarios/*.yaml`), and what runs them.
//!
//! The same file runs in process on every store, and over HTTP against the real program on SQLite and on PostgreSQL.
//! After each scenario the invariants are checked by a recount of the whole store.
#![deny(missing_docs)]

pub mod commit_cutter;
pub mod scenario;
pub mod suite;
pub mod target;
