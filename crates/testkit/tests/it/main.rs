//! Tests of the harness, and what it finds out about stores.

#[cfg(test)]
mod commit_cuts;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod silent_servers;
