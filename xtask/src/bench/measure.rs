//! Runs the goals and reports.

use super::figures::Figure;
use super::place::Setting;
use super::{StoreKind, fan_out, foreground, http, memory, nodes};
use anyhow::{Context, Result, bail};

/// Measures some goals together.
type Suite = fn(&Setting) -> Result<Vec<Figure>>;

/// Goals that are measured together, and how.
const ON_SQLITE: [(&[&str], Suite); 4] = [
    (&["P1", "P3"], http::on_sqlite),
    (&["P4", "P5", "P13"], fan_out::run),
    (&["P6"], memory::run),
    (&["P8", "P9"], http::reads),
];
/// The same for PostgreSQL.
const ON_POSTGRES: [(&[&str], Suite); 5] = [
    (&["P2", "P3", "P3b"], http::on_postgres),
    (&["P4", "P5", "P13"], fan_out::run),
    (&["P7"], foreground::run),
    (&["P10"], nodes::two_nodes),
    (&["P14"], nodes::growth),
];

/// Measures the goals that were asked for.
pub(crate) fn run(setting: &Setting, goals: &[String]) -> Result<bool> {
    let suites: &[(&[&str], Suite)] = match setting.kind {
        StoreKind::Sqlite => &ON_SQLITE,
        StoreKind::Postgres => &ON_POSTGRES,
    };
    if let Some(unknown) = goals.iter().find(|goal| !suites.iter().any(|(names, _)| names.contains(&goal.as_str()))) {
        bail!("{unknown} is no goal of this store; there are {}", names_of(suites));
    }
    let wanted = |names: &[&str]| goals.is_empty() || names.iter().any(|name| goals.iter().any(|goal| goal == name));
    let mut figures = Vec::new();
    for (names, suite) in suites {
        if wanted(names) {
            eprintln!("measuring {} ...", names.join(", "));
            figures.extend(suite(setting)?);
        }
    }
    println!("| goal | ratio | must | median (range) | verdict | context |\n| --- | --- | --- | --- | --- | --- |");
    for figure in &figures {
        println!("{}", figure.row());
    }
    let json: Vec<_> = figures.iter().map(Figure::json).collect();
    let path = setting.root.join("target/bench.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&json)?)
        .with_context(|| format!("could not write {}", path.display()))?;
    Ok(true)
}

fn names_of(suites: &[(&[&str], Suite)]) -> String {
    suites.iter().flat_map(|(names, _)| names.iter().copied()).collect::<Vec<_>>().join(", ")
}
