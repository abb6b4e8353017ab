//! Seatwright: a licensing service that speaks the Microsoft Graph contract.

mod cli;
mod client;
mod commands;
mod deadlines;
mod demo;
mod duration;
mod https;
mod listener;
mod output;
mod running;
mod store_location;
mod telemetry;

use clap::Parser;
use clap::error::ErrorKind;
use output::NobodyReads;
use std::process::ExitCode;

/// A request makes many small objects on whatever thread it is, which the system's allocator orders by locks: with this one
/// reads are answered more often (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code for anything that the user can put right: bad flags, a broken world, a port in use.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => {
            return ended(asked.print().map_err(output::failed).map(|()| ExitCode::SUCCESS));
        }
        Err(bare) if bare.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => bare.exit(),
        Err(mistake) => return fail(&anyhow::Error::msg(cli::in_one_line(&mistake))),
    };
    if let Err(error) = telemetry::start(cli.log_format) {
        return fail(&error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("could not start the runtime")),
    };
    ended(runtime.block_on(commands::run(cli.command)))
}

fn ended(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) if error.is::<NobodyReads>() => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// One clear line on stderr: what was attempted, and why it failed.
fn fail(error: &anyhow::Error) -> ExitCode {
    output::tell(format!("{error:#}").replace('\n', " "));
    ExitCode::from(EXIT_USAGE)
}
