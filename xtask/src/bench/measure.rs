//! Runs the goals and reports.

use super::figures::Figure;
use super::{fan_out, http, memory};
use anyhow::{Context, Result};
use std::path::Path;

/// Measures some goals together; `true` for smaller worlds and shorter legs.
type Suite = fn(&Path, bool) -> Result<Vec<Figure>>;

/// Goals that are measured together, and how.
const SUITES: [(&[&str], Suite); 4] = [
    (&["P1", "P3"], http::writes),
    (&["P4", "P5", "P13"], fan_out::run),
    (&["P6"], memory::run),
    (&["P8", "P9"], http::reads),
];

/// Measures the goals that were asked for.
pub(crate) fn run(root: &Path, goals: &[String], quick: bool) -> Result<bool> {
    let wanted = |names: &[&str]| goals.is_empty() || names.iter().any(|name| goals.iter().any(|goal| goal == name));
    let mut figures = Vec::new();
    for (names, suite) in SUITES {
        if wanted(names) {
            eprintln!("measuring {} ...", names.join(", "));
            figures.extend(suite(root, quick)?);
        }
    }
    println!("| goal | ratio | must | median (range) | verdict | context |\n| --- | --- | --- | --- | --- | --- |");
    for figure in &figures {
        println!("{}", figure.row());
    }
    let json: Vec<_> = figures.iter().map(Figure::json).collect();
    let path = root.join("target/bench.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&json)?)
        .with_context(|| format!("could not write {}", path.display()))?;
    Ok(true)
}
