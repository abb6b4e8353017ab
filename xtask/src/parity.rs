//! What is claimed of the rules, each claim with the tests that witness it: one list, shown as tables in docs/.

mod table;

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

pub(crate) use self::table::{TABLES, Table, pages};

/// The list that people write.
pub(crate) const LIST: &str = "docs/parity.yaml";

/// One claim of a source, or one invariant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    /// Its row, as the tables number them.
    pub(crate) id: String,
    claim: String,
    /// Marks of the sources that claim it; an invariant is our own.
    #[serde(default)]
    source: String,
    /// Whether `seatwright verify` looks for its breach in a store.
    #[serde(default)]
    verify: bool,
    /// Scenarios, tests (`file.rs::name`) and lines of a corpus (`file.txt::line`).
    #[serde(default)]
    pub(crate) witnesses: Vec<String>,
    /// Why nothing witnesses it.
    #[serde(default, rename = "notBuilt")]
    pub(crate) not_built: Option<String>,
}

pub(crate) fn parse(text: &str) -> Result<Vec<Claim>> {
    serde_saphyr::from_str(text).with_context(|| format!("cannot read {LIST}"))
}

/// Writes each page anew from the list.
pub(crate) fn write(root: &Path) -> Result<bool> {
    let text = std::fs::read_to_string(root.join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    let claims = parse(&text)?;
    for (page, text) in pages(&claims) {
        std::fs::write(root.join(page), text).with_context(|| format!("cannot write {page}"))?;
    }
    Ok(true)
}
