//! The engine over a store in memory.

mod world;
