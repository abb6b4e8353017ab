//! ARCHITECTURE.md is a map: it names every crate, and every path it names is there.

use std::path::Path;

use anyhow::Result;

use super::Violation;
use super::source::{entries, read_demanded};

const MAP: &str = "ARCHITECTURE.md";

/// A piece of code in the text that begins like this is a path.
const PATHS: &[&str] = &["crates/", "xtask/", "docs/", "scenarios/", "data/"];

pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let text = match read_demanded(root, MAP, "write it: what the parts are and where to start reading")? {
        Ok(text) => text,
        Err(violation) => return Ok(vec![violation]),
    };
    let mut violations = Vec::new();
    for (name, is_folder) in entries(root, "crates")? {
        if is_folder && root.join("crates").join(&name).join("Cargo.toml").is_file() && !names(&text, &name) {
            let what = format!("`crates/{name}` is not on the map");
            violations.push(Violation::new(MAP, 1, what, "say in a line what it is for"));
        }
    }
    for (line, path) in code_spans(&text) {
        if is_path(&path) && !root.join(&path).exists() {
            let what = format!("there is no `{path}`");
            violations.push(Violation::new(MAP, line, what, "name a path that exists or leave it out"));
        }
    }
    Ok(violations)
}

/// Does the text hold `crates/NAME`, and not only as the beginning of a longer name?
fn names(text: &str, name: &str) -> bool {
    let part_of_name = |next: char| next.is_alphanumeric() || next == '-' || next == '_';
    text.split(&format!("crates/{name}")).skip(1).any(|rest| !rest.starts_with(part_of_name))
}

fn is_path(code: &str) -> bool {
    let begins_like_one = code == "xtask" || PATHS.iter().any(|start| code.starts_with(start));
    begins_like_one && !code.contains(char::is_whitespace)
}

/// What stands between backticks, with its line. Fenced blocks are left out; a span ends with its paragraph.
fn code_spans(text: &str) -> Vec<(usize, String)> {
    let mut spans = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.trim().is_empty() || line.trim_start().starts_with("```") {
            open = None;
            continue;
        }
        for character in line.chars().chain(['\n']) {
            match (&mut open, character) {
                (Some(_), '`') => spans.extend(open.take()),
                (Some((_, span)), _) => span.push(character),
                (None, '`') => open = Some((index + 1, String::new())),
                (None, _) => {}
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::super::tree::plant;
    use super::*;

    fn found(map: &str) -> Vec<String> {
        let root = plant(&[
            (MAP, map),
            ("crates/store/Cargo.toml", ""),
            ("crates/store/src/lib.rs", ""),
            ("crates/notes.txt", ""),
            ("xtask/Cargo.toml", ""),
        ]);
        check(root.path()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_true_map_passes() {
        assert!(found("`crates/store` and `crates/store/src/lib.rs`, `xtask`, `cargo xtask\ncheck`").is_empty());
    }

    #[test]
    fn a_crate_that_is_not_named_is_found() {
        let expected = ["ARCHITECTURE.md:1: `crates/store` is not on the map, say in a line what it is for"];
        assert_eq!(found("Nothing here."), expected);
        assert_eq!(found("Only crates/store-keeper and crates/storefront."), expected);
    }

    #[test]
    fn a_path_that_is_gone_is_found_at_its_line() {
        let map = "`crates/store`\n\nfirst `a\nb` then `crates/gone`,\n`docs/none.md` and `xtask/src/none.rs`\n";
        let expected = [
            "ARCHITECTURE.md:4: there is no `crates/gone`, name a path that exists or leave it out",
            "ARCHITECTURE.md:5: there is no `docs/none.md`, name a path that exists or leave it out",
            "ARCHITECTURE.md:5: there is no `xtask/src/none.rs`, name a path that exists or leave it out",
        ];
        assert_eq!(found(map), expected);
    }

    #[test]
    fn commands_and_fenced_blocks_are_not_paths() {
        assert!(found("`crates/store`, `xtask tidy`\n```\n`crates/gone`\n```\nand `store`").is_empty());
    }

    #[test]
    fn a_missing_map_is_found() {
        let root = plant(&[("crates/store/Cargo.toml", "")]);
        let violations = check(root.path()).unwrap();
        assert_eq!(violations[0].what, "this file is missing");
    }
}
