//! `seatwright serve`.

use crate::cli::ServeArgs;
use crate::output::{self, counted};
use crate::running::{Running, StopSignals};
use anyhow::Context;
use engine::store::{Store, StoreError};
use std::process::ExitCode;

/// Tenants that are named on start.
const TENANTS_NAMED_MAX: usize = 5;

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let seed = match &args.seed {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
            let world = engine::world::parse(&text).with_context(|| format!("could not use {}", path.display()))?;
            Some(world)
        }
        None => None,
    };
    let stop = StopSignals::listen()?;
    let running = Running::start(&args.addresses, &args.store, seed, args.behaviour).await?;
    let begun = begin(&running).await;
    if begun.is_ok() {
        stop.told().await;
    }
    running.stop().await;
    begun.map(|()| ExitCode::SUCCESS)
}

/// Says where it listens, on stdout for whoever waits for it; and what it serves, on stderr for people.
async fn begin(running: &Running) -> anyhow::Result<()> {
    let tenants = tenants(running.engine.store()).await?;
    output::line(running.announcement())?;
    if tenants.is_empty() {
        output::tell("the store has no tenant; start with --seed WORLD.json to fill it");
    }
    tenants.iter().for_each(output::tell);
    Ok(())
}

/// A line for each tenant, and one for those that are too many.
async fn tenants(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let tenants = store.tenants().await?;
    let mut lines = Vec::new();
    for tenant in tenants.iter().take(TENANTS_NAMED_MAX) {
        let applications = store.applications(tenant.key, None).await?;
        let with_secret = applications.iter().filter(|application| application.secret_hash.is_some()).count();
        let (id, name) = (tenant.profile.id, tenant.profile.display_name.escape_debug());
        lines.push(format!("tenant {id} {name} ({} with a secret)", counted(with_secret, "application")));
    }
    let more = tenants.len().saturating_sub(TENANTS_NAMED_MAX);
    if more > 0 {
        lines.push(format!("… and {more} more"));
    }
    Ok(lines)
}
