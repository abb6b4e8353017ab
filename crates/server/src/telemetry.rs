//! Logs: to stderr, so that stdout stays for what was asked.

use anyhow::Context;
use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "warn";

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging. `RUST_LOG` chooses what is logged; warnings by default.
pub(crate) fn start(format: LogFormat) -> anyhow::Result<()> {
    let asked = std::env::var_os(EnvFilter::DEFAULT_ENV).filter(|text| !text.is_empty());
    let asked = asked.map_or_else(|| DEFAULT_FILTER.to_owned(), |text| text.to_string_lossy().into_owned());
    let filter = EnvFilter::try_new(&asked)
        .with_context(|| format!("could not use RUST_LOG={asked}; write a level, such as info, or TARGET=LEVEL"))?;
    // https://no-color.org
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .log_internal_errors(false);
    match format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().init(),
    }
    Ok(())
}
