//! The SQLite store, each in a file of its own.

use store::conformance::catalog;
use store::sqlite::SqliteStore;
use tempfile::TempDir;

async fn empty() -> (SqliteStore, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("seatwright.db"), catalog()).unwrap();
    (store, directory)
}

store::conformance!(crate::sqlite::empty);
