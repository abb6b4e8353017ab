//! The Rust files of the tree, read and parsed once for all rules.

use std::path::Path;

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};

use super::Violation;

/// Folders that hold Rust files of ours.
const FOLDERS: &[&str] = &["crates", "xtask"];

/// One parsed Rust file.
pub(super) struct Source {
    /// From the root of the workspace, with forward slashes.
    pub(super) path: String,
    pub(super) line_count: usize,
    pub(super) syntax: syn::File,
    pub(super) tokens: TokenStream,
}

impl Source {
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Violation> {
        let broken = |error: syn::Error| {
            let what = format!("this is not Rust ({error})");
            Violation::new(path, error.span().start().line.max(1), what, "make it compile")
        };
        let syntax = syn::parse_file(text).map_err(broken)?;
        let tokens = syn::parse_str(text).map_err(broken)?;
        Ok(Self { path: path.to_owned(), line_count: text.lines().count(), syntax, tokens })
    }

    /// Is it code of a crate, and not one of its integration tests, benches or examples?
    pub(super) fn is_in_src(&self) -> bool {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.nth(1) == Some("src"),
            _ => parts.next() == Some("src"),
        }
    }
}

/// Every `.rs` file of ours; a file that cannot be parsed is a violation.
pub(super) fn load(root: &Path) -> Result<(Vec<Source>, Vec<Violation>)> {
    let (mut sources, mut violations) = (Vec::new(), Vec::new());
    for folder in FOLDERS {
        for path in files_below(root, folder, "rs")? {
            match Source::parse(&path, &read(root, &path)?) {
                Ok(source) => sources.push(source),
                Err(violation) => violations.push(violation),
            }
        }
    }
    Ok((sources, violations))
}

/// The files below a folder whose names end in `.ending`, sorted, as paths from the root. No folder, no files.
pub(super) fn files_below(root: &Path, folder: &str, ending: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for (name, is_folder) in entries(root, &folder)? {
            let path = format!("{folder}/{name}");
            if is_folder {
                waiting.push(path);
            } else if Path::new(&name).extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The names in a folder and whether each is a folder itself, without hidden ones and build results.
pub(super) fn entries(root: &Path, folder: &str) -> Result<Vec<(String, bool)>> {
    let full = root.join(folder);
    if !full.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&full).with_context(|| format!("cannot list {folder}"))? {
        let entry = entry.with_context(|| format!("cannot list {folder}"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.file_type().with_context(|| format!("cannot look at {folder}/{name}"))?.is_dir();
        let is_build_result = is_folder && name == "target";
        if !name.starts_with('.') && !is_build_result {
            found.push((name, is_folder));
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn read(root: &Path, path: &str) -> Result<String> {
    std::fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))
}

/// The text of a file that a rule demands, or the violation that it is missing.
pub(super) fn read_demanded(root: &Path, path: &str, remedy: &str) -> Result<Result<String, Violation>> {
    if root.join(path).is_file() {
        return read(root, path).map(Ok);
    }
    Ok(Err(Violation::new(path, 1, "this file is missing", remedy)))
}

/// Shows every run of neighbouring tokens: the file's own, then the inside of each bracket, macros included.
pub(super) fn each_level(tokens: &TokenStream, see: &mut dyn FnMut(&[TokenTree])) {
    let level: Vec<TokenTree> = tokens.clone().into_iter().collect();
    see(&level);
    for token in &level {
        if let TokenTree::Group(group) = token {
            each_level(&group.stream(), see);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::plant;
    use super::*;

    #[test]
    fn a_file_that_is_not_rust_is_a_violation() {
        let root = plant(&[("crates/a/src/lib.rs", "fn ok() {}\n\nfn broken( {}\n"), ("crates/a/tests/b.rs", "")]);
        let (sources, violations) = load(root.path()).unwrap();
        assert_eq!(sources.len(), 1);
        assert_eq!((violations[0].path.as_str(), violations[0].line), ("crates/a/src/lib.rs", 3));
    }

    #[test]
    fn build_results_and_hidden_folders_are_not_ours() {
        let root = plant(&[("crates/a/target/x.rs", ""), ("crates/.old/x.rs", ""), ("crates/a/src/x.rs", "")]);
        assert_eq!(files_below(root.path(), "crates", "rs").unwrap(), ["crates/a/src/x.rs"]);
        assert!(files_below(root.path(), "nowhere", "rs").unwrap().is_empty());
    }

    #[test]
    fn src_is_told_from_tests() {
        let place = |path: &str| Source::parse(path, "").unwrap().is_in_src();
        assert!(place("crates/a/src/b/c.rs") && place("xtask/src/main.rs"));
        assert!(!place("crates/a/tests/src/b.rs") && !place("xtask/tests/a.rs") && !place("crates/src/a.rs"));
    }
}
