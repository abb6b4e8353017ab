//! Running a scenario, step by step, until one does not come out as expected.

use super::checks;
use super::document::{Caller, Expect, Step};
use super::load::Scenario;
use super::matching::mismatches;
use super::names::Names;
use super::world::{Holder, World};
use crate::target::{Answer, Sent, Target};
use anyhow::{Context, anyhow};
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;

/// How long groups may take to be processed.
const SETTLE_TIME_MAX: Duration = Duration::from_secs(30);
/// Characters of an answer that a failure shows.
const SHOWN_CHARS_MAX: usize = 1_500;

/// Runs a scenario on a target that holds its world, and gives what went wrong: the first step that did or
/// that left an invariant broken, and every invariant that is broken at the end.
pub async fn run(scenario: &Scenario, target: Box<dyn Target>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut running = Running {
        world: &scenario.world,
        names: scenario.world.names.clone(),
        target: target.as_ref(),
        tokens: HashMap::new(),
    };
    if let Err(error) = running.steps(scenario).await {
        failures.push(error);
    }
    match target.finish().await {
        Ok(breaches) => failures.extend(breaches.into_iter().map(|breach| format!("invariant: {breach}"))),
        Err(error) => failures.push(format!("the invariants could not be checked: {error:#}")),
    }
    failures.into_iter().map(|failure| format!("{}: {failure}", scenario.file.display())).collect()
}

/// A scenario on its way.
pub(super) struct Running<'a> {
    world: &'a World,
    pub(super) names: Names,
    target: &'a dyn Target,
    tokens: HashMap<Holder, String>,
}

impl Running<'_> {
    async fn steps(&mut self, scenario: &Scenario) -> Result<(), String> {
        self.settle().await.map_err(|error| format!("before the first step: {error:#}"))?;
        for (at, (line, step)) in scenario.steps.iter().enumerate() {
            let failed = |error: anyhow::Error| format!("line {line}, step {}: {error:#}", at + 1);
            self.step(step).await.map_err(failed)?;
            self.verify().await.map_err(failed)?;
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        if let Some(request) = &step.request {
            let sent = self.compose(step, &request.method, &request.url)?;
            let answer = self.send(&step.caller, sent.clone()).await.with_context(|| sent.line())?;
            let problems = self.judge(step.expect.as_ref(), &answer)?;
            if !problems.is_empty() {
                let problems = problems.join("\n  ");
                return Err(anyhow!("{}\n  {problems}\n  the answer was {}", sent.line(), shown(&answer)));
            }
            for (name, pointer) in &step.capture {
                let value = answer.json.pointer(pointer);
                let value = value.with_context(|| format!("{}: there is no {pointer} to capture", sent.line()))?;
                self.names.set(name, value.clone());
            }
        }
        if step.settle {
            self.settle().await?;
        }
        let mut problems = checks::seats(self, &step.seats).await?;
        for (user, rows) in &step.states {
            problems.extend(checks::states(self, user, rows).await?);
        }
        if problems.is_empty() { Ok(()) } else { Err(anyhow!("{}", problems.join("\n  "))) }
    }

    async fn verify(&self) -> anyhow::Result<()> {
        let breaches = self.target.verify().await.context("the invariants could not be checked")?;
        if breaches.is_empty() { Ok(()) } else { Err(anyhow!("invariant: {}", breaches.join("\n  "))) }
    }

    async fn settle(&self) -> anyhow::Result<()> {
        let settled = tokio::time::timeout(SETTLE_TIME_MAX, self.target.settle()).await;
        settled.map_err(|_| anyhow!("groups were not settled within {SETTLE_TIME_MAX:?}"))?
    }

    fn compose(&self, step: &Step, method: &str, url: &str) -> anyhow::Result<Sent> {
        let mut sent = Sent::new(method, &self.names.in_text(url)?);
        if let Some(body) = &step.body {
            sent = sent.json(&self.names.in_value(body)?);
        } else if let Some(text) = &step.text {
            sent = sent.text(self.names.in_text(text)?);
        }
        for (name, value) in &step.headers {
            sent = sent.header(name, &self.names.in_text(value)?);
        }
        Ok(sent)
    }

    /// A question of the runner's own.
    pub(super) async fn ask(&mut self, url: &str) -> anyhow::Result<Value> {
        let sent = Sent::new("GET", url);
        let answer = self.send(&Caller::default(), sent.clone()).await?;
        if answer.status != 200 {
            return Err(anyhow!("{}: the answer was {}", sent.line(), shown(&answer)));
        }
        Ok(answer.json)
    }

    async fn send(&mut self, caller: &Caller, sent: Sent) -> anyhow::Result<Answer> {
        let sent = match self.holder(caller)? {
            Some(holder) => sent.default_header("authorization", &format!("Bearer {}", self.token(holder).await?)),
            None => sent,
        };
        self.target.send(sent).await
    }

    fn holder(&self, caller: &Caller) -> anyhow::Result<Option<Holder>> {
        match caller {
            Caller::Application { name, tenant, roles } => {
                self.world.application(name.as_deref(), tenant.as_deref(), roles).map(Some)
            }
            Caller::User { name, scopes } => Ok(Some(self.world.user(name, scopes.as_deref()))),
            Caller::Nobody => Ok(None),
        }
    }

    async fn token(&mut self, holder: Holder) -> anyhow::Result<String> {
        if let Some(token) = self.tokens.get(&holder) {
            return Ok(token.clone());
        }
        let token = self.target.token(&holder).await.context("could not make a token")?;
        self.tokens.insert(holder, token.clone());
        Ok(token)
    }

    fn judge(&self, expect: Option<&Expect>, answer: &Answer) -> anyhow::Result<Vec<String>> {
        let Some(expect) = expect else {
            return Ok(status_problem(None, false, answer).into_iter().collect());
        };
        let mut problems: Vec<String> =
            status_problem(expect.status, expect.error.is_some(), answer).into_iter().collect();
        if let Some(body) = &expect.body {
            problems.extend(mismatches(&self.names.in_value(body)?, Some(&answer.json)));
        }
        for (name, wanted) in &expect.headers {
            let found = answer.header(name).map(Value::from);
            let wrong = mismatches(&self.names.in_value(wanted)?, found.as_ref());
            problems.extend(wrong.into_iter().map(|problem| format!("header {name}: {problem}")));
        }
        for pointer in &expect.absent {
            if let Some(found) = answer.json.pointer(pointer) {
                problems.push(format!("{pointer}: it must not be there, found {found}"));
            }
        }
        if let Some(error) = &expect.error {
            let wanted = serde_json::json!({ "error": {
                "code": error.code,
                "message": self.names.in_text(&error.message)?,
                "innerError": { "date": "*", "client-request-id": "*", "request-id": answer.header("request-id") },
            } });
            problems.extend(mismatches(&wanted, Some(&answer.json)));
        }
        Ok(problems)
    }
}

fn status_problem(expected: Option<u16>, is_error: bool, answer: &Answer) -> Option<String> {
    let expected = expected.or(is_error.then_some(400));
    let as_expected = expected.map_or_else(|| (200..300).contains(&answer.status), |status| status == answer.status);
    let wanted = expected.map_or_else(|| "success".to_owned(), |status| status.to_string());
    (!as_expected).then(|| format!("status: expected {wanted}, found {}", answer.status))
}

fn shown(answer: &Answer) -> String {
    let text: String = answer.text.chars().take(SHOWN_CHARS_MAX).collect();
    let more = if text.len() < answer.text.len() { "..." } else { "" };
    format!("{} {text}{more}", answer.status)
}
