//! `cargo xtask bench`: the performance goals, measured as ratios of two sides in one run.

#[cfg(feature = "bench")]
mod bounds;
#[cfg(feature = "bench")]
mod child;
#[cfg(feature = "bench")]
mod fan_out;
#[cfg(feature = "bench")]
mod figures;
#[cfg(feature = "bench")]
mod foreground;
#[cfg(feature = "bench")]
mod http;
#[cfg(feature = "bench")]
mod load;
#[cfg(feature = "bench")]
mod measure;
#[cfg(feature = "bench")]
mod memory;
#[cfg(feature = "bench")]
mod nodes;
#[cfg(feature = "bench")]
mod pgbench;
#[cfg(feature = "bench")]
mod place;
#[cfg(feature = "bench")]
mod synthetic;
#[cfg(feature = "bench")]
mod turns;

use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::Path;

/// What to measure.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Goals to measure, such as P1 P4; all without it
    #[arg(value_name = "GOAL")]
    goals: Vec<String>,
    /// Smaller worlds and shorter legs: to see that the harness works, not for figures to keep
    #[arg(long)]
    quick: bool,
    /// What the servers keep their data in; a PostgreSQL is started and stopped for it
    #[arg(long, value_enum, default_value = "sqlite")]
    store: StoreKind,
}

/// What a measured server keeps its data in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StoreKind {
    /// A file
    Sqlite,
    /// A database of PostgreSQL, durable and on this machine
    Postgres,
}

/// Runs this program again in release and with the measuring half.
#[cfg(not(feature = "bench"))]
pub(crate) fn run(root: &Path, args: &BenchArgs) -> Result<bool> {
    use anyhow::{Context, ensure};
    // The second one trusts every token: what P9 compares with. It has a folder of its own, to be taken for nothing else.
    let trusting = ["--features", "trust-every-token-for-benchmarks", "--target-dir", "target/trusting"];
    for options in [[].as_slice(), &trusting] {
        let mut build = crate::cargo();
        build.current_dir(root).args(["build", "--release", "--package", "server"]).args(options);
        ensure!(build.status().context("could not build the server")?.success(), "could not build the server");
    }
    let mut command = crate::cargo();
    command.current_dir(root).args(["run", "--release", "--package", "xtask", "--features", "bench", "--", "bench"]);
    command.args(&args.goals);
    if args.quick {
        command.arg("--quick");
    }
    if args.store == StoreKind::Postgres {
        command.args(["--store", "postgres"]);
    }
    Ok(command.status().context("could not run the benchmark")?.success())
}

/// Measures.
#[cfg(feature = "bench")]
pub(crate) fn run(root: &Path, args: &BenchArgs) -> Result<bool> {
    measure::run(&place::Setting::new(root, args.quick, args.store)?, &args.goals)
}
