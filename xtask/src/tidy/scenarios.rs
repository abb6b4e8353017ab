//! A scenario file says something.

use std::path::Path;

use anyhow::Result;

use super::Violation;
use super::source::{files_below, read};

pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for path in files_below(root, "scenarios", "yaml")? {
        if read(root, &path)?.trim().is_empty() {
            violations.push(Violation::new(path, 1, "the scenario is empty", "write it or delete the file"));
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::super::tree::plant;
    use super::*;

    #[test]
    fn an_empty_scenario_is_found() {
        let root = plant(&[("scenarios/a.yaml", "steps: []\n"), ("scenarios/b.yaml", " \n\n"), ("scenarios/c.md", "")]);
        let found = check(root.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "scenarios/b.yaml");
    }

    #[test]
    fn no_scenarios_are_no_violation() {
        assert!(check(plant(&[]).path()).unwrap().is_empty());
    }
}
