//! The memory store.

use store::conformance::catalog;
use store::memory::MemoryStore;

async fn empty() -> (MemoryStore, ()) {
    (MemoryStore::new(catalog()), ())
}

store::conformance!(crate::memory::empty);
