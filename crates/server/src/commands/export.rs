//! `seatwright export`.

use crate::cli::ExportArgs;
use crate::output;
use anyhow::bail;
use licensing::ids::TenantId;
use std::process::ExitCode;

pub(crate) async fn run(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot()?;
    if let Some(id) = args.tenant
        && store.tenant(TenantId(id)).await?.is_none()
    {
        bail!("{} has no tenant {id}", args.store);
    }
    let world = engine::world::export(store.as_ref(), args.tenant.map(TenantId)).await?;
    output::write(|out| {
        serde_json::to_writer_pretty(&mut *out, &world)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}
