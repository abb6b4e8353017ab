//! P10 and P14: several servers on one database, and more stored users.

use super::child::{Server, release_binary};
use super::figures::{Figure, Must};
use super::http::{Bench, Plan, SKUS, check_first_time};
use super::place::Setting;
use super::turns::Turns;
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// P10: two servers against one, on the same database. Then nothing may have been sold twice.
pub(crate) fn two_nodes(setting: &Setting) -> Result<Vec<Figure>> {
    let plan = Plan::of(setting);
    let bench = Bench::start(setting, plan)?;
    let binary = release_binary(&setting.root);
    let second = Server::start(&binary, &bench.place)?;
    let requests = bench.assignments(SKUS)?;
    let turns = Turns::run(
        || bench.leg_over(&[&bench.server, &second], &requests),
        || bench.leg_over(&[&bench.server], &requests),
    )?;
    check_first_time(&bench, plan.users, SKUS)?;
    let mut verify = Command::new(binary);
    let verified = verify.args(["verify", "--store", &bench.place.url()]).output().context("cannot run verify")?;
    ensure!(verified.status.success(), "after two servers: {}", String::from_utf8_lossy(&verified.stdout));
    Ok(vec![Figure {
        goal: "P10",
        what: "assignLicense/s of two servers over one, on one database; `verify` is clean after it".to_owned(),
        values: turns.ratios(),
        context: turns.rates(),
        bound_legs: Vec::new(),
        must: Must::AtLeast(0.9),
    }])
}

/// Users who are assigned licences in P14, among few stored ones and among many: they come to hold equally many.
const ASSIGNED: u32 = 10_000;

/// P14: what one assignment costs where many users are stored.
pub(crate) fn growth(setting: &Setting) -> Result<Vec<Figure>> {
    let plan = Plan::of(setting);
    let users = if setting.quick { 100_000 } else { 1_000_000 };
    let large = Bench::start(setting, Plan { users, ..plan })?;
    let small = Bench::start(setting, Plan { users: ASSIGNED, ..plan })?;
    let (of_large, of_small) = (large.assignments_to(ASSIGNED, SKUS)?, small.assignments(SKUS)?);
    // The slower side is the one that costs more.
    let turns = Turns::run(|| small.leg(&of_small), || large.leg(&of_large))?;
    check_first_time(&small, ASSIGNED, SKUS)?;
    check_first_time(&large, ASSIGNED, SKUS)?;
    Ok(vec![Figure {
        goal: "P14",
        what: format!("cost of an assignment with {users} stored users over with {ASSIGNED}"),
        values: turns.ratios(),
        context: turns.rates(),
        bound_legs: Vec::new(),
        must: Must::AtMost(1.3),
    }])
}
