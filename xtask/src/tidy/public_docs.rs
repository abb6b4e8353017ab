//! The crates others build on have a comment on every public item: the compiler checks it once it is asked to.

use std::path::Path;

use anyhow::Result;

use super::Violation;
use super::source::read_demanded;

const CRATES: &[&str] = &["licensing", "odata", "tokens", "membership-rule", "engine"];
const LINE: &str = "#![deny(missing_docs)]";

pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for name in CRATES {
        let path = format!("crates/{name}/src/lib.rs");
        match read_demanded(root, &path, "write it")? {
            Ok(text) if text.lines().any(|line| line.trim() == LINE) => {}
            Ok(_) => {
                let remedy = format!("add `{LINE}` after the crate's comment");
                violations.push(Violation::new(path, 1, "public items may go without a comment", remedy));
            }
            Err(violation) => violations.push(violation),
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::super::tree::plant;
    use super::*;

    #[test]
    fn a_crate_that_does_not_ask_for_comments_is_found() {
        let asks = "//! Words.\n\n#![deny(missing_docs)]\n";
        let root = plant(&[
            ("crates/licensing/src/lib.rs", asks),
            ("crates/odata/src/lib.rs", asks),
            ("crates/membership-rule/src/lib.rs", asks),
            ("crates/tokens/src/lib.rs", "// #![deny(missing_docs)]\n"),
        ]);
        let found: Vec<String> = check(root.path()).unwrap().iter().map(ToString::to_string).collect();
        let expected = [
            "crates/tokens/src/lib.rs:1: public items may go without a comment, add `#![deny(missing_docs)]` after the crate's comment",
            "crates/engine/src/lib.rs:1: this file is missing, write it",
        ];
        assert_eq!(found, expected);
    }
}
