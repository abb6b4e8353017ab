//! Which crate may use which: only the crates listed for it, all on lower floors.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Violation;
use crate::cargo;

struct Crate {
    name: &'static str,
    floor: u8,
    may_use: &'static [&'static str],
}

const fn product(name: &'static str, floor: u8, may_use: &'static [&'static str]) -> Crate {
    Crate { name, floor, may_use }
}

const PRODUCT: &[Crate] = &[
    product("licensing", 0, &["membership-rule"]),
    product("odata", 0, &[]),
    product("tokens", 0, &[]),
    product("membership-rule", 0, &[]),
    product("engine", 1, &["licensing", "tokens", "membership-rule"]),
    product("store", 2, &["engine", "licensing"]),
    product("graph-api", 2, &["engine", "licensing", "odata", "tokens"]),
    product("console", 2, &["engine"]),
    product("intercept", 2, &["engine"]),
    product("server", 3, &["graph-api", "console", "intercept", "store", "engine", "licensing", "tokens"]),
];

/// The one arrow within a floor: the rules of dynamic groups are rules (decision 12).
const WITHIN_A_FLOOR: (&str, &str) = ("licensing", "membership-rule");

/// They may use anything; a product crate may not use them, except `testkit` in its tests.
const DEVELOPMENT: &[&str] = &["testkit", "xtask"];

/// All that `licensing` may use from outside.
const LICENSING_EXTERNAL: &[&str] = &["uuid"];

/// What cargo knows of the workspace.
pub(super) fn metadata(root: &Path) -> Result<Value> {
    let output = cargo()
        .current_dir(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("cannot start `cargo metadata`")?;
    ensure!(output.status.success(), "`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    serde_json::from_slice(&output.stdout).context("`cargo metadata` did not print JSON")
}

pub(super) fn check(metadata: &Value) -> Result<Vec<Violation>> {
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let members: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let mut violations = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        let manifest = package["manifest_path"].as_str().context("a package has no manifest")?;
        let text = std::fs::read_to_string(manifest).unwrap_or_default();
        let path = manifest.strip_prefix(root).unwrap_or(manifest).trim_start_matches('/');
        if rules_for(name).is_none() && !DEVELOPMENT.contains(&name) {
            let what = format!("the crate `{name}` has no floor");
            violations.push(Violation::new(
                path,
                1,
                what,
                "give it a row in xtask/src/tidy/arrows.rs and in the design",
            ));
            continue;
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let is_member = members.contains(used) && dependency["path"].is_string();
            let for_tests = dependency["kind"].as_str() == Some("dev");
            let fault = if is_member { inner_fault(name, used, for_tests) } else { outer_fault(name, used, for_tests) };
            if let Some((what, remedy)) = fault {
                violations.push(Violation::new(path, line_of(&text, used), what, remedy));
            }
        }
    }
    Ok(violations)
}

fn rules_for(name: &str) -> Option<&'static Crate> {
    PRODUCT.iter().find(|rules| rules.name == name)
}

/// What is wrong with an arrow between two crates of the workspace.
fn inner_fault(name: &str, used: &str, for_tests: bool) -> Option<(String, String)> {
    if used == "xtask" {
        return Some((format!("`{name}` uses `xtask`"), "remove it, nobody may use xtask".to_owned()));
    }
    if for_tests || DEVELOPMENT.contains(&name) {
        return None;
    }
    if used == "testkit" {
        let remedy = "move it to [dev-dependencies], testkit is for tests".to_owned();
        return Some((format!("`{name}` uses `testkit`"), remedy));
    }
    let Crate { floor, may_use, .. } = rules_for(name)?;
    let is_lower = rules_for(used).is_some_and(|other| other.floor < *floor);
    if (is_lower || (name, used) == WITHIN_A_FLOOR) && may_use.contains(&used) {
        return None;
    }
    let remedy = match may_use {
        [] => "remove it, this crate uses no crate of the workspace".to_owned(),
        _ => format!("remove it, this crate may use only: {}", may_use.join(", ")),
    };
    Some((format!("`{name}` uses `{used}`"), remedy))
}

/// What is wrong with an arrow to a crate from outside.
fn outer_fault(name: &str, used: &str, for_tests: bool) -> Option<(String, String)> {
    if name != "licensing" || for_tests || LICENSING_EXTERNAL.contains(&used) {
        return None;
    }
    let remedy = format!("remove it, the rules use nothing from outside but: {}", LICENSING_EXTERNAL.join(", "));
    Some((format!("`licensing` uses `{used}`"), remedy))
}

/// The line of a manifest that names the dependency, as a key or as a table.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names_it = |line: &str| match line.strip_prefix(dependency) {
        Some(rest) => rest.starts_with(['.', '=', ' ']),
        None => line.starts_with('[') && line.ends_with(&format!("dependencies.{dependency}]")),
    };
    manifest.lines().position(|line| names_it(line.trim())).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arrow(from: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        let outside = ["serde", "uuid", "proptest"].contains(&to);
        let path = if outside { Value::Null } else { json!(format!("/w/crates/{to}")) };
        let package = |name: &str| json!({ "name": name, "manifest_path": format!("/w/crates/{name}/Cargo.toml"), "dependencies": [] });
        let mut packages = vec![package(from)];
        packages[0]["dependencies"] = json!([{ "name": to, "kind": kind, "path": path }]);
        if !outside {
            packages.push(package(to));
        }
        let found = check(&json!({ "packages": packages, "workspace_root": "/w" })).unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_listed_arrow_goes_to_a_lower_floor() {
        for from in PRODUCT {
            for to in from.may_use {
                let is_lower = rules_for(to).unwrap().floor < from.floor;
                assert!(is_lower || (from.name, *to) == WITHIN_A_FLOOR, "{} -> {to}", from.name);
                assert!(arrow(from.name, to, None).is_empty());
            }
        }
    }

    #[test]
    fn an_arrow_up_or_sideways_is_found() {
        let found = arrow("engine", "store", None);
        let said = "crates/engine/Cargo.toml:1: `engine` uses `store`, remove it, this crate may use only: licensing, tokens, membership-rule";
        assert_eq!(found, [said]);
        for (from, to) in [
            ("store", "graph-api"),
            ("graph-api", "store"),
            ("odata", "licensing"),
            ("engine", "odata"),
            ("store", "tokens"),
        ] {
            assert_eq!(arrow(from, to, None).len(), 1, "{from} -> {to}");
            assert_eq!(arrow(from, to, Some("build")).len(), 1, "{from} -> {to}");
            assert!(arrow(from, to, Some("dev")).is_empty(), "{from} -> {to}");
        }
    }

    #[test]
    fn development_crates_are_for_development() {
        assert_eq!(arrow("server", "testkit", None).len(), 1);
        assert!(arrow("server", "testkit", Some("dev")).is_empty());
        assert_eq!(arrow("server", "xtask", None).len(), 1);
        assert_eq!(arrow("server", "xtask", Some("dev")).len(), 1);
        assert_eq!(arrow("testkit", "xtask", None).len(), 1);
        assert!(arrow("testkit", "store", None).is_empty() && arrow("xtask", "server", None).is_empty());
    }

    #[test]
    fn licensing_uses_only_what_is_listed() {
        assert_eq!(arrow("licensing", "serde", None).len(), 1);
        assert_eq!(arrow("licensing", "serde", Some("build")).len(), 1);
        assert!(arrow("licensing", "uuid", None).is_empty());
        assert!(arrow("licensing", "proptest", Some("dev")).is_empty());
        assert!(arrow("odata", "serde", None).is_empty());
    }

    #[test]
    fn a_crate_without_a_floor_is_found() {
        assert!(arrow("common", "uuid", None)[0].contains("`common` has no floor"));
    }

    #[test]
    fn the_line_is_that_of_the_dependency() {
        let manifest = "[dependencies]\nserde_json = \"1\"\nserde.workspace = true\n[build-dependencies.cc]\n";
        assert_eq!(line_of(manifest, "serde"), 3);
        assert_eq!(line_of(manifest, "serde_json"), 2);
        assert_eq!(line_of(manifest, "cc"), 4);
        assert_eq!(line_of(manifest, "other"), 1);
    }
}
