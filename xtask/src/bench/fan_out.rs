//! P4, P5, P13: a group licence on its way to the members, in process.

use super::figures::{Figure, Must, median};
use super::place::{Place, Setting, file_in};
use super::synthetic::{GROUP, Size, sku_ids, tenant};
use super::{StoreKind, bounds, pgbench};
use anyhow::{Context, Result, ensure};
use engine::Engine;
use engine::clock::SystemClock;
use engine::use_cases::Settings;
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::decide::assign_to_group::AssignToGroup;
use licensing::ids::TenantKey;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Members of the large group, and how often it is measured.
const LARGE: (u32, u32) = (1_000_000, 3);
/// Members of the small group, and how often it is measured.
const SMALL: (u32, u32) = (10_000, 20);

/// Measures all three.
pub(crate) fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let (large, small) = if setting.quick { ((100_000, 2), (10_000, 5)) } else { (LARGE, SMALL) };
    let small_runs = measure(setting, small)?;
    let large_runs = measure(setting, large)?;
    let rate = |runs: &[Run]| median(&runs.iter().map(|run| run.rate).collect::<Vec<_>>());
    let bound_legs: Vec<f64> = large_runs.iter().map(|run| run.bound).collect();
    let p4 = Figure {
        goal: "P4",
        what: format!("fan-out members/s over INSERT..SELECT rows/s, {} members", large.0),
        values: large_runs.iter().map(|run| run.rate / run.bound).collect(),
        bound_legs: bound_legs.clone(),
        must: Must::AtLeast(match setting.kind {
            StoreKind::Sqlite => 0.15,
            StoreKind::Postgres => 0.3,
        }),
        context: format!("{:.0} members/s, bound {:.0} rows/s", rate(&large_runs), median(&bound_legs)),
    };
    let per_small = rate(&small_runs);
    let p5 = Figure {
        goal: "P5",
        what: format!("cost per member at {} over at {}", large.0, small.0),
        values: large_runs.iter().map(|run| per_small / run.rate).collect(),
        bound_legs: Vec::new(),
        must: Must::AtMost(1.3),
        context: format!("{:.2} us over {:.2} us", 1e6 / rate(&large_runs), 1e6 / per_small),
    };
    let p13 = Figure {
        goal: "P13",
        what: "applying an unchanged group licence again over the first time".to_owned(),
        values: large_runs.iter().map(|run| run.rate / run.again).collect(),
        bound_legs: Vec::new(),
        must: Must::AtMost(0.5),
        context: format!("{:.0} members/s", median(&large_runs.iter().map(|run| run.again).collect::<Vec<_>>())),
    };
    Ok(vec![p4, p5, p13])
}

/// Members per second.
struct Run {
    bound: f64,
    rate: f64,
    again: f64,
}

/// One fresh tenant for each repeat, in one store.
fn measure(setting: &Setting, (members, repeats): (u32, u32)) -> Result<Vec<Run>> {
    let place = setting.place()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    place.fill((1..=repeats).map(|number| tenant(number, Size { users: members, skus: 1 })).collect())?;
    (1..=repeats)
        .map(|number| {
            let bound = match &place {
                Place::File(folder) => bounds::insert_select(&file_in(folder), number)?,
                Place::Database(database) => pgbench::insert_select(database, number, members)?,
            };
            let (rate, again) = runtime.block_on(apply_twice(&place, TenantKey(number), members))?;
            Ok(Run { bound, rate, again })
        })
        .collect()
}

async fn apply_twice(place: &Place, tenant: TenantKey, members: u32) -> Result<(f64, f64)> {
    let store = place.open().await?;
    let engine = Engine::new(store.clone(), Arc::new(SystemClock), Settings::default());
    let stop = CancellationToken::new();
    let propagating = engine.clone();
    let propagation_stop = stop.clone();
    let task = tokio::spawn(async move { propagating.propagate(propagation_stop).await });
    let first = apply(&engine, tenant, members).await?;
    let consumed = store.consumed(tenant).await?.value;
    ensure!(consumed.values().sum::<i64>() == i64::from(members), "the group was not applied to every member");
    let again = apply(&engine, tenant, members).await?;
    stop.cancel();
    task.await?;
    Ok((first, again))
}

async fn apply(engine: &Engine, tenant: TenantKey, members: u32) -> Result<f64> {
    let sku = *sku_ids(1).first().context("the catalogue is empty")?;
    let command = AssignToGroup {
        group: GROUP.0,
        add: vec![WantedLicense { sku, disabled: DisabledPlans::default() }],
        remove: Vec::new(),
    };
    let begun = Instant::now();
    engine.run_as_operator(tenant, Command::AssignToGroup(command)).await?;
    engine.settle().await?;
    Ok(f64::from(members) / begun.elapsed().as_secs_f64())
}
