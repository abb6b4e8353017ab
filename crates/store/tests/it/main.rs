//! Every store passes the conformance suite.

#[cfg(test)]
mod completeness;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod copy_races;
#[cfg(test)]
mod distribution;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod postgres_batches;
#[cfg(test)]
mod postgres_nodes;
#[cfg(test)]
mod postgres_plans;
#[cfg(test)]
mod postgres_pool;
#[cfg(test)]
mod postgres_refusals;
#[cfg(test)]
mod postgres_turns;
#[cfg(test)]
mod postgres_waking;
#[cfg(test)]
mod refused_data;
#[cfg(test)]
mod sqlite;
#[cfg(test)]
mod statements;
