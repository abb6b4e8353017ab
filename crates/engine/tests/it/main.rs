//! The engine over a store in memory.

#[cfg(test)]
mod world;
