//! Two sides that are measured in turn.

use super::figures::median;
use anyhow::Result;

/// Pairs of legs.
const PAIRS: usize = 5;

/// Legs of two sides that ran in turn.
pub(crate) struct Turns {
    pub(crate) ones: Vec<f64>,
    pub(crate) others: Vec<f64>,
}

impl Turns {
    /// Runs both sides once to warm them up, then in pairs, ABBA: what drifts does not favour one side.
    pub(crate) fn run(mut one: impl FnMut() -> Result<f64>, mut other: impl FnMut() -> Result<f64>) -> Result<Self> {
        let mut turns = Self { ones: Vec::new(), others: Vec::new() };
        one()?;
        other()?;
        for pair in 0..PAIRS {
            for side in [pair % 2 == 0, pair % 2 == 1] {
                if side {
                    turns.ones.push(one()?);
                } else {
                    turns.others.push(other()?);
                }
            }
        }
        Ok(turns)
    }

    /// The first side over the second one, pair by pair.
    pub(crate) fn ratios(&self) -> Vec<f64> {
        self.ones.iter().zip(&self.others).map(|(one, other)| one / other).collect()
    }

    /// The rates of both sides, as context.
    pub(crate) fn rates(&self) -> String {
        format!("{:.0}/s over {:.0}/s", median(&self.ones), median(&self.others))
    }
}
