//! `seatwright serve`.

use crate::cli::ServeArgs;
use crate::output::{self, counted};
use crate::running::{Running, StopSignals};
use anyhow::Context;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock, SystemClock};
use engine::permission::is_known_app_role;
use engine::store::{NewTenant, Store, StoreError};
use engine::world::World;
use std::path::Path;
use std::process::ExitCode;

/// Tenants that are named on start.
const TENANTS_NAMED_MAX: usize = 5;

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let seed = args.seed.as_deref().map(read_world).transpose()?;
    let stop = StopSignals::listen()?;
    let running = Running::start(&args.addresses, &args.store, seed, args.behaviour).await?;
    let begun = begin(&running).await;
    if begun.is_ok() {
        stop.told().await;
    }
    running.stop().await;
    begun.map(|()| ExitCode::SUCCESS)
}

/// A world from a file, decided.
fn read_world(path: &Path) -> anyhow::Result<Vec<NewTenant>> {
    let unusable = || format!("could not use {}", path.display());
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    let world = engine::world::parse(&text).with_context(unusable)?;
    let unknown = unknown_roles(&world);
    let tenants = engine::world::build(world, builtin_catalog(), SystemClock.now()).with_context(unusable)?;
    unknown.iter().for_each(|line| output::tell(format_args!("{}: {line}", path.display())));
    Ok(tenants)
}

/// A line for each app role that opens nothing: most likely it is misspelt.
fn unknown_roles(world: &World) -> Vec<String> {
    let mut lines = Vec::new();
    for (tenant, applications) in world.tenants.iter().map(|tenant| &tenant.applications).enumerate() {
        for (at, application) in applications.iter().enumerate() {
            for role in application.app_roles.iter().filter(|role| !is_known_app_role(role)) {
                let place = format!("tenants[{tenant}].applications[{at}].appRoles");
                lines.push(format!("{place}: nothing here accepts the app role `{role}`"));
            }
        }
    }
    lines
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
