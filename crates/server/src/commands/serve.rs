//! `seatwright serve`.

use crate::cli::ServeArgs;
use crate::running::{Running, StopSignals};
use anyhow::Context;
use std::process::ExitCode;

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let seed = match &args.seed {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
            let world = engine::world::parse(&text).with_context(|| format!("could not use {}", path.display()))?;
            Some(world)
        }
        None => None,
    };
    let seeded = seed.is_some();
    let stop = StopSignals::listen()?;
    let running = Running::start(&args.addresses, &args.store, seed, args.behaviour).await?;
    if !seeded && running.engine.store().tenants().await?.is_empty() {
        eprintln!("seatwright: the store has no tenant; start with --seed WORLD.json to fill it");
    }
    println!("{}", running.announcement());
    stop.told().await;
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}
