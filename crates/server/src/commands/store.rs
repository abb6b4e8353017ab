//! `seatwright store`.

use crate::cli::{StoreArgs, StoreCommand};
use crate::output::{self, counted};
use crate::store_location::StoreLocation;
use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use store::copy::Place;
use store::postgres::distribute::{self, Declared};

pub(crate) async fn run(args: StoreArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        StoreCommand::Copy { from, to } => copy(&from, &to).await,
        StoreCommand::Distribute { store } => distribute(&store).await,
    }
}

async fn copy(from: &StoreLocation, to: &StoreLocation) -> anyhow::Result<ExitCode> {
    let (first, second) = (from.place()?, to.place()?);
    // It draws on standard error, and nothing where that is no terminal.
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} rows, {eta} left")?);
    let copied = store::copy::copy(&first, &second, |copied| {
        bar.set_length(copied.of);
        bar.set_position(copied.rows);
    })
    .await?;
    bar.finish_and_clear();
    let rows = counted(usize::try_from(copied.rows)?, "row");
    output::line(format!("{rows} of {from} copied to {to} and counted there"))?;
    Ok(ExitCode::SUCCESS)
}

async fn distribute(store: &StoreLocation) -> anyhow::Result<ExitCode> {
    let Place::Postgres(url) = store.place()? else {
        bail!("only a PostgreSQL database can be distributed; copy the file into one first: seatwright store copy");
    };
    for (table, declared) in distribute::distribute(&url).await? {
        output::line(match declared {
            Declared::Distributed => format!("{table}: distributed by tenant"),
            Declared::OnEveryNode => format!("{table}: put on every node"),
            Declared::Before => format!("{table}: left as it is, it was declared before"),
        })?;
    }
    output::line(format!("{store} is distributed; serve it with plan_cache_mode=auto (docs/scaling.md)"))?;
    Ok(ExitCode::SUCCESS)
}
