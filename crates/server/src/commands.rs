//! The commands of the command line, one a file.

mod administration;
mod clock;
mod explain;
mod export;
mod product;
mod serve;
mod store;
mod subscription;
mod token;
mod verify;

use crate::cli::Command;
use crate::demo;
use std::process::ExitCode;

/// Runs a command; an error is the user's to put right.
pub(crate) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Token(args) => token::run(args).await,
        Command::Explain(args) => explain::run(args).await,
        Command::Product(args) => product::run(args).await,
        Command::Subscription(args) => subscription::run(args).await,
        Command::Clock(args) => clock::run(args).await,
        Command::Export(args) => export::run(args).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Store(args) => store::run(args).await,
    }
}
