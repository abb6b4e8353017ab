//! P7: what somebody waits who assigns a licence while a large group is processed.

use super::figures::{Figure, Must, median};
use super::http::{Bench, Plan, SKUS};
use super::load;
use super::memory::{is_group_waiting, license_group, wait_for_groups};
use super::place::Setting;
use anyhow::{Result, ensure};
use std::time::Duration;

/// Requests per second.
const RATE: u32 = 500;
/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// How often it is measured, each time with another licence of the group.
const REPEATS: u32 = 3;
/// The latencies that are compared: this part of all answers took no longer.
const PERCENTILE: f64 = 0.99;
/// No wait may be longer in any case, in milliseconds.
const MILLIS_MAX: f64 = 50.0;

/// Measures it.
pub(crate) fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let (users, time) =
        if setting.quick { (200_000, Duration::from_secs(1)) } else { (1_000_000, Duration::from_secs(4)) };
    let bench = Bench::start(setting, Plan { users, ..Plan::of(setting) })?;
    let (address, token, mut next) = (bench.server.address, bench.token()?, 0);
    // Of a SKU that the group does not have, and that nobody ever has before.
    let requests = bench.assignments(SKUS)?;
    let mut leg = || {
        let times;
        (times, next) = load::paced(address, CONNECTIONS, RATE, time, next, &requests)?;
        anyhow::Ok(percentile(times))
    };
    leg()?;
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for repeat in 0..REPEATS {
        idle.push(leg()?);
        license_group(address, &token, SKUS - 1 - repeat)?;
        busy.push(leg()?);
        ensure!(is_group_waiting(address)?, "the group was done before the load: take more members");
        wait_for_groups(address)?;
    }
    let worst = busy.iter().copied().fold(0.0, f64::max);
    ensure!(worst.is_finite(), "nothing was answered");
    let ratios: Vec<f64> = busy.iter().zip(&idle).map(|(busy, idle)| busy / idle).collect();
    Ok(vec![Figure {
        goal: "P7",
        what: format!("99th percentile of assignLicense at {RATE}/s during a fan-out to {users} members, over idle"),
        values: ratios,
        context: format!(
            "{:.1} ms over {:.1} ms; {} {MILLIS_MAX} ms",
            median(&busy),
            median(&idle),
            if worst < MILLIS_MAX { "all below" } else { "NOT all below" }
        ),
        bound_legs: idle,
        must: Must::AtMost(4.0),
    }])
}

/// In milliseconds.
fn percentile(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = (times.len() as f64 * PERCENTILE) as usize;
    times.get(at.min(times.len().saturating_sub(1))).map_or(f64::INFINITY, |time| time.as_secs_f64() * 1e3)
}
