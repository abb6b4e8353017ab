//! The engine over a store in memory.

#[cfg(test)]
mod batches;
#[cfg(test)]
mod browse;
#[cfg(test)]
mod model;
#[cfg(test)]
mod world;
