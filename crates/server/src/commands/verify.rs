//! `seatwright verify`.

use crate::cli::VerifyArgs;
use crate::output::{self, NobodyReads, counted};
use engine::clock::{Clock as _, SystemClock};
use std::process::ExitCode;

pub(crate) async fn run(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot().await?;
    let (checked, breaches) = engine::verify::verify(store.as_ref(), SystemClock.now()).await?;
    let summary = format!(
        "{}, {}, {} checked: {}",
        counted(checked.tenants, "tenant"),
        counted(checked.users, "user"),
        counted(checked.paths, "licence path"),
        counted(breaches.len(), "problem")
    );
    let said = breaches.iter().map(ToString::to_string).chain([summary]).try_for_each(output::line);
    match said {
        // Whoever reads no further is told by the exit code.
        Err(error) if !error.is::<NobodyReads>() => Err(error),
        _ => Ok(if breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
    }
}
