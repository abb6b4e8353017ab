//! `seatwright demo`: the main job on a throw-away store, over real HTTP, explained step by step.

pub(crate) mod contoso;
mod narrator;
mod story;

use crate::cli::{Behaviour, DemoArgs};
use crate::output;
use crate::running::{Running, StopSignals};
use crate::store_location::StoreLocation;
use anyhow::Context;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock, SystemClock};
use std::fs::Permissions;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// A free port of this machine: nobody needs to know it who only watches.
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let folder =
        tempfile::Builder::new().prefix("seatwright-demo-").permissions(Permissions::from_mode(0o700)).tempdir();
    let folder = folder.context("could not make a folder for the store")?;
    let path = folder.path().join("demo.db");
    let behaviour = Behaviour { group_delay: Duration::ZERO };
    let mut addresses = args.addresses;
    addresses.listen = addresses.listen.or(args.once.then_some(ANY_PORT));
    let world = engine::world::build(contoso::contoso(), builtin_catalog(), SystemClock.now())?;
    let running = Running::start(&addresses, &StoreLocation::Sqlite(path.clone()), Some(world), behaviour).await?;
    let shown = show(&running, &path, args.once).await;
    running.stop().await;
    shown.map(|()| ExitCode::SUCCESS)
}

async fn show(running: &Running, store: &Path, once: bool) -> anyhow::Result<()> {
    // The licences that the world gives to groups reach their members first.
    running.engine.settle().await?;
    let url = running.url();
    story::tell(&url).await.context("the demonstration failed")?;
    if once {
        return output::line("\nThat is all; this store is gone now. Without --once it keeps serving, for you to try.");
    }
    let stop = StopSignals::listen()?;
    output::line(invitation(&url, store))?;
    if let Some(https) = &running.https {
        output::line(format_args!("\nClients that refuse http: listening on {https}"))?;
    }
    stop.told().await;
    Ok(())
}

/// What to try next, ready to copy.
fn invitation(url: &str, store: &Path) -> String {
    let (tenant, app, secret) = (contoso::TENANT_ID, contoso::AUTOMATION_APP_ID, contoso::AUTOMATION_SECRET);
    let administrator = contoso::ADMINISTRATOR;
    let program = std::env::current_exe().map_or_else(|_| "seatwright".to_owned(), |path| for_shell(&path));
    let store = for_shell(store);
    format!(
        "\nServing {url} until you press Ctrl-C. Try it:

  TOKEN=$(curl -s {url}/{tenant}/oauth2/v2.0/token -d grant_type=client_credentials \\
    -d client_id={app} -d client_secret={secret} \\
    -d scope=https://graph.microsoft.com/.default | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')
  curl -s {url}/v1.0/users/{administrator}/licenseDetails -H \"Authorization: Bearer $TOKEN\"

A token for a signed-in user:

  {program} token --store sqlite:{store} --tenant {tenant} \\
    --user {administrator} --scope LicenseAssignment.ReadWrite.All"
    )
}

/// A path as a shell reads it.
fn for_shell(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
