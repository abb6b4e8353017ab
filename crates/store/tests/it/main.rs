//! Every store passes the conformance suite.

mod completeness;
mod memory;
// mod sqlite;
