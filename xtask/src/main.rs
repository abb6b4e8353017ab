//! Chores of the project. They need nothing but the Rust toolchain, and PostgreSQL where tests do.

mod bench;
mod check;
mod db;
mod parity;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// What is measured in this process has the allocator of the server.
#[cfg(feature = "bench")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Chores of the Seatwright workspace
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Before you push: `cargo xtask check`. While you work: `cargo xtask tidy` takes seconds."
)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

// A new chore is one module above, one variant here and one arm in `run`.
#[derive(Subcommand)]
enum Chore {
    /// Run everything CI runs, and stop at the first failure
    ///
    /// In order: formatting, clippy, all tests (with a PostgreSQL that is started for them), documentation, tidy. Warnings
    /// count as errors. The last line is the
    /// totals of the tests, `N passed, M failed`; the exit code is 0 only when every step passed and a test ran.
    Check,
    /// Measure the performance goals as ratios, each with its bound in the same run
    ///
    /// Builds in release, runs the goals of docs/performance.md one after the other (about ten minutes), prints a table,
    /// and writes all figures as JSON to target/bench.json. A goal that is missed is said so; the exit code is 0 unless
    /// something could not be measured.
    Bench(bench::BenchArgs),
    /// Run a private PostgreSQL for the tests: start it, stop it, say where it is
    ///
    /// Its folder is under the system's temporary one, it listens on a Unix socket only, and root runs it as the user
    /// `postgres`. The package is installed when it is missing and we are root.
    #[command(subcommand)]
    Db(db::DbChore),
    /// Check the rules of this code base that the compiler does not know
    ///
    /// Which crate may use which, that ARCHITECTURE.md matches the tree, the length of files and functions, SQL only in
    /// the store, a test file for every route, nothing left to do in the code, public items documented, a test for every
    /// claim of docs/parity.yaml. Each violation is printed as `path:line: what is wrong, what to do`.
    Tidy,
    /// Write the tables of docs/parity.md and docs/invariants.md anew from docs/parity.yaml
    Parity,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does the chore; says whether all was well. What was not has been printed.
fn run(cli: &Cli) -> Result<bool> {
    let root = workspace_root()?;
    match &cli.chore {
        Chore::Check => Ok(check::run(&root)),
        Chore::Bench(args) => bench::run(&root, args),
        Chore::Db(chore) => db::run(&root, chore).map(|()| true),
        Chore::Tidy => tidy::run(&root),
        Chore::Parity => parity::write(&root),
    }
}

/// The folder above this crate. Cargo says where the crate is; a binary started by hand knows where it was built.
fn workspace_root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&here).parent().context("xtask has no folder above it")?;
    Ok(root.to_path_buf())
}

/// The cargo that started us, so that nested calls use the same toolchain.
fn cargo() -> std::process::Command {
    std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_root_holds_the_workspace() {
        let root = workspace_root().unwrap();
        assert!(root.join("Cargo.lock").is_file());
    }
}
