//! What the licensing rules do, as examples and as properties. Each file is one part of the specification.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod bookkeeping;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod direct_refusals;
#[cfg(test)]
mod direct_situations;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod dynamic_groups;
#[cfg(test)]
mod effective;
#[cfg(test)]
mod explained;
#[cfg(test)]
mod group_changes;
#[cfg(test)]
mod group_licences;
#[cfg(test)]
mod group_refusals;
#[cfg(test)]
mod healing;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod kept_paths;
#[cfg(test)]
mod named_by_rules;
#[cfg(test)]
mod names;
#[cfg(test)]
mod office;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod passing_time;
mod processing;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod random;
#[cfg(test)]
mod refusal_order;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod taken_over;
#[cfg(test)]
mod work;
#[cfg(test)]
mod world;
