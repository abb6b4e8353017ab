//! Seats during one decision: what is free, and what the decision took or gave back.

use crate::facts::Facts;
use crate::ids::SkuKey;
use std::collections::BTreeMap;

/// Free seats per SKU, going down and up as users are decided one after the other.
#[derive(Clone, Debug)]
pub struct Seats<'a> {
    facts: &'a Facts,
    taken: BTreeMap<SkuKey, i64>,
}

impl<'a> Seats<'a> {
    /// The seats as the facts have them.
    #[must_use]
    pub fn of(facts: &'a Facts) -> Self {
        Self { facts, taken: BTreeMap::new() }
    }

    /// Whether one more seat may be taken.
    #[must_use]
    pub fn is_free(&self, sku: SkuKey) -> bool {
        self.facts.available(sku) > self.taken.get(&sku).copied().unwrap_or(0)
    }

    /// Takes one seat. Whether it may be taken is for the caller to ask first.
    pub fn take(&mut self, sku: SkuKey) {
        *self.taken.entry(sku).or_default() += 1;
    }

    /// Gives one seat back.
    pub fn give_back(&mut self, sku: SkuKey) {
        *self.taken.entry(sku).or_default() -= 1;
    }

    /// What was taken (positive) or given back (negative) altogether.
    #[must_use]
    pub fn taken(self) -> BTreeMap<SkuKey, i64> {
        self.taken.into_iter().filter(|(_, seats)| *seats != 0).collect()
    }
}
