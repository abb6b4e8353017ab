//! The PostgreSQL store, each in a database of its own.

use store::conformance::catalog;
use store::postgres::{PostgresStore, ScratchDatabase};

async fn empty() -> (PostgresStore, ScratchDatabase) {
    let database = ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"));
    let store = PostgresStore::open(&database.url(), catalog()).await.unwrap();
    (store, database)
}

store::conformance!(crate::postgres::empty);
