//! `seatwright store`.

use crate::cli::{StoreArgs, StoreCommand};
use crate::output::{self, counted};
use crate::store_location::StoreLocation;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;

pub(crate) async fn run(args: StoreArgs) -> anyhow::Result<ExitCode> {
    let StoreCommand::Copy { from, to } = args.command;
    copy(&from, &to).await
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
