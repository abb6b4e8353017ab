//! P1, P2, P3, P3b, P8, P9: requests over HTTP, against the database alone or against each other.

use super::bounds::{self, pair};
use super::child::{Server, release_binary, token};
use super::figures::{Figure, Must};
use super::load::{self, Requests};
use super::pgbench::{Assignments, Shape};
use super::place::{Place, Setting, file_in};
use super::synthetic::{Size, sku_ids, tenant, user_id};
use super::turns::Turns;
use anyhow::{Context, Result, bail, ensure};
use std::cell::Cell;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Connections of the load generator.
pub(crate) const CONNECTIONS: usize = 64;
/// SKUs over which assignments are spread.
pub(crate) const SKUS: u32 = 100;
/// Distinct tokens of the second half of P9.
const TOKENS: usize = 10_000;
/// Clients of pgbench.
const CLIENTS: u32 = 16;

/// How long things take.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) users: u32,
    pub(crate) leg: Duration,
    pub(crate) tokens: usize,
}

impl Plan {
    pub(crate) fn of(setting: &Setting) -> Self {
        if setting.quick {
            Self { users: 100_000, leg: Duration::from_secs(1), tokens: 500 }
        } else {
            Self { users: 400_000, leg: Duration::from_secs(3), tokens: TOKENS }
        }
    }
}

/// A server with its store, and tokens for it.
pub(crate) struct Bench {
    /// Goes before its store.
    pub(crate) server: Server,
    pub(crate) place: Place,
    tokens: Vec<String>,
    plan: Plan,
    /// The number of the next request.
    next: Cell<u64>,
}

impl Bench {
    pub(crate) fn start(setting: &Setting, plan: Plan) -> Result<Self> {
        Self::start_with(setting, &release_binary(&setting.root), plan, 1)
    }

    fn start_with(setting: &Setting, binary: &Path, plan: Plan, tokens: usize) -> Result<Self> {
        let place = setting.place()?;
        let key = place.fill(vec![tenant(1, Size { users: plan.users, skus: SKUS })])?;
        let server = Server::start(binary, &place)?;
        let tokens = (0..tokens).map(|_| token(&key)).collect::<Result<_>>()?;
        Ok(Self { server, place, tokens, plan, next: Cell::new(0) })
    }

    /// Answers per second over one leg, which goes on where the last one ended.
    pub(crate) fn leg(&self, requests: &Requests) -> Result<f64> {
        self.leg_over(&[&self.server], requests)
    }

    /// The same, over several servers on this store.
    pub(crate) fn leg_over(&self, servers: &[&Server], requests: &Requests) -> Result<f64> {
        let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
        let (rate, next) = load::run(&addresses, CONNECTIONS, self.plan.leg, self.next.get(), requests)?;
        self.next.set(next);
        Ok(rate)
    }

    /// The number of the next request.
    pub(crate) fn next(&self) -> u64 {
        self.next.get()
    }

    pub(crate) fn token(&self) -> Result<String> {
        self.tokens.first().cloned().context("there is no token")
    }

    /// Assignments of `skus` SKUs, no user twice with the same one.
    pub(crate) fn assignments(&self, skus: u32) -> Result<Requests> {
        self.assignments_to(self.plan.users, skus)
    }

    /// The same to so many of the users, who stand evenly among all.
    pub(crate) fn assignments_to(&self, users: u32, skus: u32) -> Result<Requests> {
        let (token, apart, ids) = (self.token()?, self.plan.users / users, sku_ids(SKUS));
        Ok(Arc::new(move |number, request| {
            let (user, sku) = pair(number, users, skus);
            let sku = ids.get(sku as usize).copied().unwrap_or_else(|| unreachable!("there are {SKUS} SKUs"));
            let body = format!(r#"{{"addLicenses":[{{"disabledPlans":[],"skuId":"{sku}"}}],"removeLicenses":[]}}"#);
            let (user, length) = (user_id(user * apart), body.len());
            // Writing to memory does not fail.
            let _written = write!(
                request,
                "POST /v1.0/users/{user}/assignLicense HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }))
    }

    /// Reads of one user each, with the tokens in turn.
    fn reads(&self) -> Requests {
        let (tokens, users) = (self.tokens.clone(), u64::from(self.plan.users));
        Arc::new(move |number, request| {
            let user = user_id(u32::try_from(number * 7_919 % users).unwrap_or(0));
            let token = &tokens[usize::try_from(number).unwrap_or(0) % tokens.len()];
            let _written = write!(
                request,
                "GET /v1.0/users/{user}?$select=id,displayName,assignedLicenses HTTP/1.1\r\nHost: localhost\r\n\
                 Authorization: Bearer {token}\r\n\r\n"
            );
        })
    }
}

fn hello() -> Requests {
    Arc::new(|_, request| request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
}

/// Measures P1 and P3.
pub(crate) fn on_sqlite(setting: &Setting) -> Result<Vec<Figure>> {
    let plan = Plan::of(setting);
    let bench = Bench::start(setting, plan)?;
    let bound = setting.place()?;
    bound.fill(vec![tenant(1, Size { users: plan.users, skus: SKUS })])?;
    let Place::File(folder) = &bound else { bail!("P1 is a goal of SQLite") };
    let mut connection = bounds::open(&file_in(folder))?;
    let (spread, mut next) = (bench.assignments(SKUS)?, 0);
    let mut bound_leg = || {
        let rate;
        (rate, next) = bounds::assign_one_by_one(&mut connection, plan.users, SKUS, plan.leg, next)?;
        Ok(rate)
    };
    let turns = Turns::run(|| bench.leg(&spread), &mut bound_leg)?;
    let what = "assignLicense/s over HTTP, 64 connections, over one SQL transaction per commit";
    Ok(vec![over("P1", what, turns, 1.0), hot_sku(setting, plan)?])
}

/// Measures P2, P3 and P3b.
pub(crate) fn on_postgres(setting: &Setting) -> Result<Vec<Figure>> {
    let plan = Plan::of(setting);
    let spread = against_pgbench(setting, plan, SKUS, Shape::OneStatement)?;
    let hot = against_pgbench(setting, plan, 1, Shape::SixStatements)?;
    let one = "assignLicense/s over HTTP, 64 connections, over pgbench of one statement, 16 clients, 100 SKUs";
    let six = "assignLicense/s of one SKU over HTTP, 64 connections, over pgbench of six statements, 16 clients";
    Ok(vec![over("P2", one, spread, 0.75), hot_sku(setting, plan)?, over("P3b", six, hot, 3.0)])
}

fn against_pgbench(setting: &Setting, plan: Plan, skus: u32, shape: Shape) -> Result<Turns> {
    let bench = Bench::start(setting, plan)?;
    let bound = setting.place()?;
    bound.fill(vec![tenant(1, Size { users: plan.users, skus: SKUS })])?;
    let Place::Database(database) = &bound else { bail!("pgbench measures PostgreSQL") };
    let mut assignments = Assignments { shape, users: plan.users, skus, clients: CLIENTS, legs: 0 };
    let requests = bench.assignments(skus)?;
    let turns = Turns::run(|| bench.leg(&requests), || assignments.leg(database, plan.leg))?;
    check_first_time(&bench, plan.users, skus)?;
    Ok(turns)
}

/// P3: everybody wants the same SKU, on fresh users.
fn hot_sku(setting: &Setting, plan: Plan) -> Result<Figure> {
    let (hot, spread) = (Bench::start(setting, plan)?, Bench::start(setting, plan)?);
    let (hot_requests, spread_requests) = (hot.assignments(1)?, spread.assignments(SKUS)?);
    let turns = Turns::run(|| hot.leg(&hot_requests), || spread.leg(&spread_requests))?;
    check_first_time(&hot, plan.users, 1)?;
    Ok(Figure {
        goal: "P3",
        what: "assignLicense/s on one SKU over on 100 SKUs".to_owned(),
        values: turns.ratios(),
        context: turns.rates(),
        bound_legs: Vec::new(),
        must: Must::AtLeast(0.9),
    })
}

/// An assignment that changes nothing costs less.
pub(crate) fn check_first_time(bench: &Bench, users: u32, skus: u32) -> Result<()> {
    let pairs = u64::from(users) * u64::from(skus);
    ensure!(bench.next() < pairs, "the assignments began anew: take more users or shorter legs");
    Ok(())
}

/// Measures P8 and P9.
pub(crate) fn reads(setting: &Setting) -> Result<Vec<Figure>> {
    let plan = Plan::of(setting);
    let bench = Bench::start(setting, plan)?;
    let (reads, nothing) = (bench.reads(), hello());
    let turns = Turns::run(|| bench.leg(&reads), || bench.leg(&nothing))?;
    let p8 = over("P8", "GET users/{id}?$select= per second over GET /healthz", turns, 0.25);
    let many = Bench::start_with(setting, &release_binary(&setting.root), plan, plan.tokens)?;
    let of_many = many.reads();
    let what = format!("reads with {} distinct tokens in turn over one token", plan.tokens);
    let distinct = over("P9", &what, Turns::run(|| many.leg(&of_many), || bench.leg(&reads))?, 0.4);
    let trusting_binary = setting.root.join("target/trusting/release/seatwright");
    let trusting = Bench::start_with(setting, &trusting_binary, plan, 1)?;
    let of_trusting = trusting.reads();
    let turns = Turns::run(|| bench.leg(&reads), || trusting.leg(&of_trusting))?;
    let verified = over("P9", "reads with tokens verified over reads with verification compiled out", turns, 0.8);
    Ok(vec![p8, verified, distinct])
}

fn over(goal: &'static str, what: &str, turns: Turns, must: f64) -> Figure {
    Figure {
        goal,
        what: what.to_owned(),
        values: turns.ratios(),
        context: turns.rates(),
        bound_legs: turns.others,
        must: Must::AtLeast(must),
    }
}
