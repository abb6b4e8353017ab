//! Which rows there are, and how they are shown.

use std::fmt::Write;

use super::Claim;

const PARITY: &str = "docs/parity.md";
const INVARIANTS: &str = "docs/invariants.md";

const PARITY_HEAD: &str = "# Parity table

What Graph's sources claim of licences, row by row in the frame of the specification, and the tests that show it here. Marks of sources: `D` Graph's
documentation, `E` Entra's, `AZ` Azure's older one, `ISS` threads of issues, `IDX` code written against the live service, `WEB` other pages,
`INF` inferred, `MEM` remembered. The end of the page lists what is not built.
";

const INVARIANTS_HEAD: &str = "# Invariants

What must hold of every store. `seatwright verify` looks for the breach of each that one state of a store can show; the rest is about
histories, which tests make.
";

/// Rows of one kind.
pub(crate) struct Table {
    page: &'static str,
    title: &'static str,
    /// What stands before `-` in the ids of its rows.
    prefix: &'static str,
    rows: Rows,
}

enum Rows {
    Numbered(usize),
    Named(&'static [&'static str]),
}

/// Every row that must be in the list, in its order.
pub(crate) const TABLES: [Table; 6] = [
    Table { page: PARITY, title: "Refusals (3.2)", prefix: "E", rows: Rows::Numbered(21) },
    Table { page: PARITY, title: "Situations (3.3)", prefix: "3.3-", rows: Rows::Numbered(20) },
    Table {
        page: PARITY,
        title: "States and errors of paths (4.4)",
        prefix: "4.4-",
        rows: Rows::Named(&[
            "Active",
            "Error",
            "ActiveWithError",
            "Disabled",
            "CountViolation",
            "MutuallyExclusiveViolation",
            "DependencyViolation",
            "ProhibitedInUsageLocationViolation",
            "UniquenessViolation",
            "Other",
            "None",
        ]),
    },
    Table {
        page: PARITY,
        title: "What makes licences be evaluated again (4.6)",
        prefix: "4.6-",
        rows: Rows::Numbered(13),
    },
    Table { page: PARITY, title: "Rules of dynamic groups (7.6)", prefix: "7.6-", rows: Rows::Numbered(9) },
    Table { page: INVARIANTS, title: "", prefix: "I", rows: Rows::Numbered(14) },
];

impl Table {
    /// The ids of its rows, in their order.
    pub(crate) fn ids(&self) -> Vec<String> {
        match self.rows {
            Rows::Numbered(count) => (1..=count).map(|number| format!("{}{number}", self.prefix)).collect(),
            Rows::Named(names) => names.iter().map(|name| format!("{}{name}", self.prefix)).collect(),
        }
    }
}

/// The pages that show the claims: path and text.
pub(crate) fn pages(claims: &[Claim]) -> Vec<(&'static str, String)> {
    [(PARITY, PARITY_HEAD), (INVARIANTS, INVARIANTS_HEAD)].map(|(page, head)| (page, shown(claims, page, head))).into()
}

fn shown(claims: &[Claim], page: &str, head: &str) -> String {
    let by = "Written by `cargo xtask parity` from [parity.yaml](parity.yaml), which `cargo xtask tidy` checks: change that.";
    let mut text = format!("{head}\n{by}\n");
    let mut not_built = String::new();
    for table in TABLES.iter().filter(|table| table.page == page) {
        if !table.title.is_empty() {
            let _ = write!(text, "\n## {}\n", table.title);
        }
        let sources = if page == PARITY { "source" } else { "`verify`" };
        let _ = write!(text, "\n| row | what | {sources} | witnesses |\n| --- | --- | --- | --- |\n");
        let ids = table.ids();
        for claim in claims.iter().filter(|claim| ids.contains(&claim.id)) {
            match &claim.not_built {
                None => text.push_str(&row(claim, page)),
                Some(why) => {
                    let _ = writeln!(text, "| {} | {} | {} | not built |", claim.id, claim.claim, claim.source);
                    let _ = writeln!(not_built, "- {}: {why}", claim.id);
                }
            }
        }
    }
    if !not_built.is_empty() {
        let _ = write!(text, "\n## Not built\n\n{not_built}");
    }
    text
}

fn row(claim: &Claim, page: &str) -> String {
    let third = match (page, claim.verify) {
        (PARITY, _) => claim.source.as_str(),
        (_, true) => "yes",
        (_, false) => "no",
    };
    let witnesses: Vec<String> = claim.witnesses.iter().map(|witness| link(witness)).collect();
    format!("| {} | {} | {third} | {} |\n", claim.id, claim.claim, witnesses.join(", "))
}

/// A link to the file of a witness, named by what is in it.
fn link(witness: &str) -> String {
    let (file, name) = match witness.split_once("::") {
        Some((file, name)) => (file, name),
        None => (witness, witness.rsplit('/').next().unwrap_or(witness)),
    };
    // A bar would end the cell, and a route's braces would end the address.
    let address = file.replace('{', "%7B").replace('}', "%7D");
    format!("[`{}`](../{address})", name.replace('|', "\\|"))
}
