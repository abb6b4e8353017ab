//! `seatwright demo`: the main job on a throw-away store, over real HTTP, explained step by step.

mod client;
pub(crate) mod contoso;
mod narrator;
mod story;

use crate::cli::{Behaviour, DemoArgs};
use crate::running::{Running, StopSignals};
use crate::store_location::StoreLocation;
use anyhow::Context;
use std::process::ExitCode;
use std::time::Duration;

pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("could not make a folder for the store")?;
    let path = folder.path().join("demo.db");
    let behaviour = Behaviour { group_delay: Duration::ZERO };
    let world = contoso::contoso();
    let running = Running::start(&args.addresses, &StoreLocation::Sqlite(path.clone()), Some(world), behaviour).await?;
    // The licences that the world gives to groups reach their members first.
    running.engine.settle().await?;
    let url = running.url();
    story::tell(&url).await.context("the demonstration failed")?;
    if args.once {
        running.stop().await;
        return Ok(ExitCode::SUCCESS);
    }
    let stop = StopSignals::listen()?;
    println!("{}", invitation(&url, &path.display().to_string()));
    if let Some(https) = &running.https {
        println!("\nClients that refuse http: listening on {https}");
    }
    stop.told().await;
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What to try next, ready to copy.
fn invitation(url: &str, store: &str) -> String {
    let (tenant, app, secret) = (contoso::TENANT_ID, contoso::AUTOMATION_APP_ID, contoso::AUTOMATION_SECRET);
    let administrator = contoso::ADMINISTRATOR;
    format!(
        "\nServing {url} until you press Ctrl-C. Try it:

  TOKEN=$(curl -s {url}/{tenant}/oauth2/v2.0/token -d grant_type=client_credentials \\
    -d client_id={app} -d client_secret={secret} \\
    -d scope=https://graph.microsoft.com/.default | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')
  curl -s {url}/v1.0/users/{administrator}/licenseDetails -H \"Authorization: Bearer $TOKEN\"

A token for a signed-in user:

  seatwright token --store sqlite:{store} --tenant {tenant} \\
    --user {administrator} --scope LicenseAssignment.ReadWrite.All"
    )
}
