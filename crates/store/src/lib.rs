//! Stores: SQLite and memory, and the suite that defines a store.
