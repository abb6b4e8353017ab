//! `seatwright export`.

use crate::cli::ExportArgs;
use crate::output;
use crate::store_location::find_tenant;
use std::process::ExitCode;

pub(crate) async fn run(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot().await?;
    let tenant = match &args.tenant {
        Some(name) => Some(find_tenant(store.as_ref(), &args.store, name).await?.profile.id),
        None => None,
    };
    let world = engine::world::export(store.as_ref(), tenant).await?;
    output::write(|out| {
        serde_json::to_writer_pretty(&mut *out, &world)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}
