//! Seatwright: a licensing service that speaks the Microsoft Graph contract.

mod cli;
mod commands;
mod deadlines;
mod demo;
mod duration;
mod https;
mod listener;
mod running;
mod store_location;
mod telemetry;

use clap::Parser;
use clap::error::ErrorKind;
use std::process::ExitCode;

/// Exit code for anything that the user can put right: bad flags, a broken world, a port in use.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => asked.exit(),
        Err(bare) if bare.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => bare.exit(),
        Err(mistake) => return fail(&anyhow::Error::msg(cli::in_one_line(&mistake))),
    };
    telemetry::start(cli.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("could not start the runtime")),
    };
    match runtime.block_on(commands::run(cli.command)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// One clear line on stderr: what was attempted, and why it failed.
fn fail(error: &anyhow::Error) -> ExitCode {
    let line = format!("{error:#}").replace('\n', " ");
    eprintln!("seatwright: {line}");
    ExitCode::from(EXIT_USAGE)
}
