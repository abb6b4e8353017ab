//! All scenarios of a folder.

use crate::scenario::{self, Scenario};
use crate::target::{self, Target};
use anyhow::Context;
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

/// Scenarios that run at the same time.
const AT_ONCE_MAX: usize = 2;

/// Where scenarios run.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this process, on the memory store.
    Memory,
    /// In this process, on SQLite.
    Sqlite,
    /// In this process, on PostgreSQL.
    Postgres,
    /// Over HTTP, against this program on SQLite.
    Http(PathBuf),
    /// Over HTTP, against this program on PostgreSQL.
    HttpPostgres(PathBuf),
}

impl Place {
    /// Starts a Seatwright that holds the world of a scenario.
    async fn start(&self, scenario: &Scenario) -> anyhow::Result<Box<dyn Target>> {
        let world = &scenario.world.content;
        match self {
            Self::Memory => target::memory(world).await,
            Self::Sqlite => target::sqlite(world).await,
            Self::Postgres => target::postgres(world).await,
            Self::Http(program) => target::over_http(program, world).await,
            Self::HttpPostgres(program) => target::over_http_on_postgres(program, world).await,
        }
    }
}

/// What came of a folder of scenarios.
#[derive(Debug, Default)]
pub struct Report {
    /// Scenarios that were run.
    pub run: usize,
    /// What went wrong, with its file.
    pub failures: Vec<String>,
}

/// Runs the scenarios of a folder (`*.yaml`). With `SCENARIO=text` in the environment only those with this in
/// their file name.
///
/// # Errors
/// When the folder cannot be read.
pub async fn run(folder: &Path, place: &Place) -> anyhow::Result<Report> {
    let only = std::env::var("SCENARIO").unwrap_or_default();
    let mut waiting: Vec<PathBuf> = files(folder)?.into_iter().filter(|file| is_called(file, &only)).rev().collect();
    let mut report = Report { run: waiting.len(), failures: Vec::new() };
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE_MAX
            && let Some(file) = waiting.pop()
        {
            let place = place.clone();
            running.spawn(async move { run_file(&file, &place).await });
        }
        match running.join_next().await {
            Some(failures) => report.failures.extend(failures?),
            None => break,
        }
    }
    report.failures.sort();
    Ok(report)
}

fn is_called(file: &Path, part: &str) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains(part))
}

async fn run_file(file: &Path, place: &Place) -> Vec<String> {
    let scenario = match scenario::load(file) {
        Ok(scenario) => scenario,
        Err(error) => return vec![format!("{error:#}")],
    };
    match place.start(&scenario).await {
        Ok(target) => scenario::run(&scenario, target).await,
        Err(error) => vec![format!("{}: could not start: {error:#}", file.display())],
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
