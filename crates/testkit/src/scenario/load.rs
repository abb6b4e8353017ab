//! Reading a scenario file. What no scenario has is refused, with the place.

use super::document::Step;
use super::world::World;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::path::{Path, PathBuf};

/// A scenario that can be run.
#[derive(Debug)]
pub struct Scenario {
    /// Its file.
    pub file: PathBuf,
    /// What it tells.
    pub name: String,
    /// Where it begins.
    pub world: World,
    /// What happens, with the line of each step.
    pub steps: Vec<(u64, Step)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: String,
    world: Value,
    steps: Vec<Spanned<Step>>,
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, has an unknown key, breaks a rule of the format, has no step or expects nothing.
pub fn load(file: &Path) -> anyhow::Result<Scenario> {
    let place = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(place)?;
    parse(file, &text).with_context(place)
}

fn parse(file: &Path, text: &str) -> anyhow::Result<Scenario> {
    // Countries such as NO are texts.
    let options = serde_saphyr::options! { strict_booleans: true };
    let document: Document = serde_saphyr::from_str_with_options(text, options)?;
    if document.name.trim().is_empty() {
        bail!("the scenario has no name");
    }
    let steps: Vec<(u64, Step)> = document.steps.into_iter().map(|step| (step.referenced.line(), step.value)).collect();
    if steps.is_empty() {
        bail!("the scenario has no step");
    }
    if !steps.iter().any(|(_, step)| expects_something(step)) {
        bail!("no step expects anything");
    }
    for (at, (line, step)) in steps.iter().enumerate() {
        check(step).map_err(|problem| anyhow::anyhow!("line {line}, step {}: {problem}", at + 1))?;
    }
    let world = World::prepare(document.world).context("the world cannot be used")?;
    Ok(Scenario { file: file.to_owned(), name: document.name, world, steps })
}

fn expects_something(step: &Step) -> bool {
    step.expect.is_some() || !step.seats.is_empty() || !step.states.is_empty()
}

fn check(step: &Step) -> Result<(), &'static str> {
    let of_requests = step.body.is_some() || step.text.is_some() || step.expect.is_some();
    if step.request.is_none() && (of_requests || !step.headers.is_empty() || !step.capture.is_empty()) {
        return Err("it has no request");
    }
    if step.request.is_none() && !step.settle && !expects_something(step) {
        return Err("it does nothing");
    }
    if step.body.is_some() && step.text.is_some() {
        return Err("give either `body` or `text`");
    }
    if let Some(expect) = &step.expect {
        if expect.error.is_some() && expect.status.is_some_and(|status| status < 400) {
            return Err("an error has a status of 400 or more");
        }
        if expect.absent.iter().any(|pointer| !pointer.starts_with('/')) {
            return Err("`absent` takes JSON pointers, such as /value/0/id");
        }
    }
    if step.capture.values().any(|pointer| !pointer.starts_with('/')) {
        return Err("`capture` takes JSON pointers, such as /value/0/id");
    }
    if step.states.values().flatten().any(|row| row.direct == row.group.is_some()) {
        return Err("each row of `states` is either `direct: true` or of a `group`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document::Caller;

    fn read(steps: &str) -> Result<Scenario, String> {
        let text = format!("name: x\nworld: {{ tenants: [{{}}] }}\nsteps:\n{steps}");
        parse(Path::new("x.yaml"), &text).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_no_scenario_has_is_refused_with_its_line() {
        let cases = [
            ("  - reqest: GET /v1.0/users\n", "line 4 column 5: unknown field `reqest`"),
            ("  - request: GET /v1.0/users\n    expect: { stats: 200 }\n", "line 5 column 15: unknown field `stats`"),
            ("  - as: { app: x, role: y }\n    settle: true\n", "unknown field `role`"),
            ("  - request: v1.0/users\n    expect: {}\n", "a request is a method and a path"),
            ("  - settle: true\n", "no step expects anything"),
            ("  - seats: { A: 1 }\n  - expect: {}\n", "line 5, step 2: it has no request"),
            ("  - seats: { A: 1 }\n  - {}\n", "line 5, step 2: it does nothing"),
            ("  - states: { a: [{ sku: A, state: Active }] }\n", "line 4, step 1: each row of `states`"),
            ("  []\n", "the scenario has no step"),
            ("  - seats: { A: 1 }\n    seats: { A: 2 }\n", "duplicate mapping key"),
            ("  - as: { roles: [] }\n    request: GET /v1.0/users\n    expect: {}\n", "for no role at all"),
        ];
        for (steps, expected) in cases {
            let error = read(steps).map(|_| ()).unwrap_err();
            assert!(error.contains(expected), "{steps}: {error}");
        }
    }

    #[test]
    fn callers_have_short_forms() {
        let caller = |text: &str| {
            let steps = format!("  - as: {text}\n    request: GET /v1.0/users\n    expect: {{}}\n");
            read(&steps).unwrap().steps.remove(0).1.caller
        };
        let robot = Caller::Application { name: Some("Robot".to_owned()), tenant: None, roles: vec!["R".to_owned()] };
        assert_eq!(caller("{ app: Robot, roles: [R] }"), robot);
        assert_eq!(caller("app"), Caller::default());
        let ann = |scopes| Caller::User { name: "ann@x.example".to_owned(), scopes };
        assert_eq!(caller("user:ann@x.example"), ann(None));
        assert_eq!(caller("{ user: ann@x.example, scopes: [] }"), ann(Some(Vec::new())));
        assert_eq!(caller("nobody"), Caller::Nobody);
    }

    #[test]
    fn countries_are_texts() {
        let text = "name: x\nworld: { tenants: [{ countryLetterCode: NO }] }\nsteps: [{ seats: { A: 0 } }]\n";
        parse(Path::new("x.yaml"), text).unwrap();
    }
}
