//! `cargo xtask tidy`: the rules of this code base that the compiler does not know. One rule, one file.

mod architecture;
mod arrows;
mod leftovers;
mod length;
mod parity;
mod public_docs;
mod routes;
mod scenarios;
mod source;
mod sql;
#[cfg(test)]
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Result;

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    /// From the root of the workspace, with forward slashes.
    path: String,
    /// From 1; a file that is missing is reported at its first line.
    line: usize,
    what: String,
    remedy: String,
}

impl Violation {
    fn new(path: impl Into<String>, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.into(), line, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}, {}", self.path, self.line, self.what, self.remedy)
    }
}

/// Prints every violation; says whether there was none.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let (sources, mut violations) = source::load(root)?;
    violations.extend(arrows::check(&arrows::metadata(root)?)?);
    violations.extend(architecture::check(root)?);
    violations.extend(length::check(&sources, length::EXCEPTIONS));
    violations.extend(sql::check(&sources));
    violations.extend(routes::check(root)?);
    violations.extend(leftovers::check(&sources));
    violations.extend(scenarios::check(root)?);
    violations.extend(public_docs::check(root)?);
    violations.extend(parity::check(root, &sources)?);
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    println!("tidy: {} violations in {} Rust files and the rest of the tree", violations.len(), sources.len());
    Ok(violations.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_reads_as_one_line() {
        let violation = Violation::new("crates/a/src/lib.rs", 7, "this is wrong", "do that");
        assert_eq!(violation.to_string(), "crates/a/src/lib.rs:7: this is wrong, do that");
    }
}
