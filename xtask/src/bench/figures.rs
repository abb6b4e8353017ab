//! Ratios of legs that ran in turn, and goals that they are held against.

use serde_json::{Value, json};

/// A bound whose legs vary by more than this gives no verdict.
const NOISE_MAX: f64 = 0.15;

/// One measured goal.
pub(crate) struct Figure {
    /// Its name in docs/performance.md.
    pub(crate) goal: &'static str,
    /// What was divided by what.
    pub(crate) what: String,
    /// The ratio of each pair of legs, or the value of each repeat.
    pub(crate) values: Vec<f64>,
    /// Legs of the bound, to see how noisy the machine was; may be empty.
    pub(crate) bound_legs: Vec<f64>,
    /// What must be reached.
    pub(crate) must: Must,
    /// Absolute figures, as context only.
    pub(crate) context: String,
}

/// What must be reached.
#[derive(Clone, Copy)]
pub(crate) enum Must {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    fn median(&self) -> f64 {
        median(&self.values)
    }

    fn verdict(&self) -> &'static str {
        let reached = match self.must {
            Must::AtLeast(bound) => self.median() >= bound,
            Must::AtMost(bound) => self.median() <= bound,
        };
        match (variation(&self.bound_legs) > NOISE_MAX, reached) {
            (true, _) => "noisy, rerun",
            (false, true) => "reached",
            (false, false) => "MISSED",
        }
    }

    /// A row of the table.
    pub(crate) fn row(&self) -> String {
        let must = match self.must {
            Must::AtLeast(bound) => format!(">= {bound}"),
            Must::AtMost(bound) => format!("<= {bound}"),
        };
        let (low, high) = extremes(&self.values);
        format!(
            "| {} | {} | {must} | **{:.2}** ({low:.2}-{high:.2}) | {} | {} |",
            self.goal,
            self.what,
            self.median(),
            self.verdict(),
            self.context
        )
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({ "goal": self.goal, "what": self.what, "median": self.median(), "values": self.values,
            "boundVariation": variation(&self.bound_legs), "verdict": self.verdict(), "context": self.context })
    }
}

/// The middle value.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.len() % 2) {
        (Some(value), 1) => *value,
        (Some(value), _) => (value + sorted.get(middle.wrapping_sub(1)).unwrap_or(value)) / 2.0,
        (None, _) => f64::NAN,
    }
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// Standard deviation over mean.
fn variation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    variance.sqrt() / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_needs_a_quiet_bound() {
        let figure = |bound_legs| Figure {
            goal: "P1",
            what: String::new(),
            values: vec![1.0, 3.0, 2.0],
            bound_legs,
            must: Must::AtLeast(2.0),
            context: String::new(),
        };
        assert_eq!(figure(vec![10.0, 10.5, 9.8]).verdict(), "reached");
        assert_eq!(figure(vec![10.0, 20.0]).verdict(), "noisy, rerun");
        assert!((median(&[4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-9);
    }
}
