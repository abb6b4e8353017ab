//! P1, P3, P8, P9: requests over HTTP, against the database alone or against each other.

use super::bounds::{self, pair};
use super::child::{Server, make_store, release_binary, token};
use super::figures::{Figure, Must, median};
use super::load::{self, Requests};
use super::synthetic::{Size, sku_ids, tenant, user_id};
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// Pairs of legs.
const PAIRS: usize = 5;
/// SKUs over which assignments are spread.
const SKUS: u32 = 100;
/// Distinct tokens of the second half of P9.
const TOKENS: usize = 10_000;

/// How long things take.
#[derive(Clone, Copy)]
struct Plan {
    users: u32,
    warm_up: Duration,
    leg: Duration,
    tokens: usize,
}

impl Plan {
    fn new(quick: bool) -> Self {
        let seconds = Duration::from_secs;
        if quick {
            Self { users: 100_000, warm_up: seconds(1), leg: seconds(1), tokens: 500 }
        } else {
            Self { users: 400_000, warm_up: seconds(2), leg: seconds(3), tokens: TOKENS }
        }
    }
}

/// A server with its store, and a token for it.
struct Bench {
    _folder: tempfile::TempDir,
    server: Server,
    tokens: Vec<String>,
    plan: Plan,
}

impl Bench {
    fn start(binary: &Path, plan: Plan, tokens: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("bench.db");
        let key = make_store(&path, vec![tenant(1, Size { users: plan.users, skus: SKUS })])?;
        let server = Server::start(binary, &path)?;
        let tokens = (0..tokens).map(|_| token(&key)).collect::<Result<_>>()?;
        Ok(Self { _folder: folder, server, tokens, plan })
    }

    fn leg(&self, time: Duration, first: u64, requests: &Requests) -> Result<(f64, u64)> {
        load::run(self.server.address, CONNECTIONS, time, first, requests)
    }

    fn token(&self) -> Result<String> {
        self.tokens.first().cloned().context("there is no token")
    }

    /// Assignments of `skus` SKUs, no user twice with the same one.
    fn assignments(&self, skus: u32) -> Result<Requests> {
        let (token, users, ids) = (self.token()?, self.plan.users, sku_ids(SKUS));
        Ok(Arc::new(move |number, request| {
            let (user, sku) = pair(number, users, skus);
            let sku = ids.get(sku as usize).copied().unwrap_or_else(|| unreachable!("there are {SKUS} SKUs"));
            let body = format!(r#"{{"addLicenses":[{{"disabledPlans":[],"skuId":"{sku}"}}],"removeLicenses":[]}}"#);
            let (user, length) = (user_id(user), body.len());
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
pub(crate) fn writes(root: &Path, quick: bool) -> Result<Vec<Figure>> {
    let plan = Plan::new(quick);
    let bench = Bench::start(&release_binary(root), plan, 1)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bound.db");
    make_store(&path, vec![tenant(1, Size { users: plan.users, skus: SKUS })])?;
    let mut connection = bounds::open(&path)?;

    let spread = bench.assignments(SKUS)?;
    let (_, mut next) = bench.leg(plan.warm_up, 0, &spread)?;
    let (_, mut bound_next) = bounds::assign_one_by_one(&mut connection, plan.users, SKUS, plan.warm_up, 0)?;
    let (mut ours, mut bound) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        // ABBA: what drifts does not favour one side.
        for side in [pair % 2 == 0, pair % 2 == 1] {
            let rate;
            if side {
                (rate, next) = bench.leg(plan.leg, next, &spread)?;
                ours.push(rate);
            } else {
                (rate, bound_next) =
                    bounds::assign_one_by_one(&mut connection, plan.users, SKUS, plan.leg, bound_next)?;
                bound.push(rate);
            }
        }
    }
    let p1 = Figure {
        goal: "P1",
        what: "assignLicense/s over HTTP, 64 connections, over one SQL transaction per commit".to_owned(),
        values: ours.iter().zip(&bound).map(|(ours, bound)| ours / bound).collect(),
        context: format!("{:.0}/s, bound {:.0}/s", median(&ours), median(&bound)),
        bound_legs: bound,
        must: Must::AtLeast(1.0),
    };
    Ok(vec![p1, hot_sku(root, plan)?])
}

/// P3: everybody wants the same SKU, on fresh users.
fn hot_sku(root: &Path, plan: Plan) -> Result<Figure> {
    let hot = Bench::start(&release_binary(root), plan, 1)?;
    let spread = Bench::start(&release_binary(root), plan, 1)?;
    let (hot_requests, spread_requests) = (hot.assignments(1)?, spread.assignments(SKUS)?);
    let (mut hot_next, mut spread_next) = (0, 0);
    let (mut hot_legs, mut spread_legs) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        for side in [pair % 2 == 0, pair % 2 == 1] {
            let rate;
            if side {
                (rate, hot_next) = hot.leg(plan.leg, hot_next, &hot_requests)?;
                hot_legs.push(rate);
            } else {
                (rate, spread_next) = spread.leg(plan.leg, spread_next, &spread_requests)?;
                spread_legs.push(rate);
            }
        }
    }
    ensure!(hot_next < u64::from(plan.users), "the hot SKU ran through all users: make the legs shorter");
    Ok(Figure {
        goal: "P3",
        what: "assignLicense/s on one SKU over on 100 SKUs".to_owned(),
        values: hot_legs.iter().zip(&spread_legs).map(|(hot, spread)| hot / spread).collect(),
        context: format!("{:.0}/s over {:.0}/s", median(&hot_legs), median(&spread_legs)),
        bound_legs: Vec::new(),
        must: Must::AtLeast(0.9),
    })
}

/// Legs of two sides in turn; the ratio of each pair and the legs of the second side.
fn in_turn(plan: Plan, one: (&Bench, &Requests), other: (&Bench, &Requests)) -> Result<(Vec<f64>, Vec<f64>, Vec<f64>)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    one.0.leg(plan.warm_up, 0, one.1)?;
    other.0.leg(plan.warm_up, 0, other.1)?;
    for pair in 0..PAIRS {
        for side in [pair % 2 == 0, pair % 2 == 1] {
            let (bench, requests) = if side { one } else { other };
            let (rate, _) = bench.leg(plan.leg, 0, requests)?;
            if side { &mut ones } else { &mut others }.push(rate);
        }
    }
    let ratios = ones.iter().zip(&others).map(|(one, other)| one / other).collect();
    Ok((ratios, ones, others))
}

/// Measures P8 and P9.
pub(crate) fn reads(root: &Path, quick: bool) -> Result<Vec<Figure>> {
    let plan = Plan::new(quick);
    let bench = Bench::start(&release_binary(root), plan, 1)?;
    let (values, ones, others) = in_turn(plan, (&bench, &bench.reads()), (&bench, &hello()))?;
    let p8 = Figure {
        goal: "P8",
        what: "GET users/{id}?$select= per second over GET /healthz".to_owned(),
        values,
        context: format!("{:.0}/s over {:.0}/s", median(&ones), median(&others)),
        bound_legs: others,
        must: Must::AtLeast(0.25),
    };
    let many = Bench::start(&release_binary(root), plan, plan.tokens)?;
    let (values, ones, others) = in_turn(plan, (&many, &many.reads()), (&bench, &bench.reads()))?;
    let distinct = Figure {
        goal: "P9",
        what: format!("reads with {} distinct tokens in turn over one token", plan.tokens),
        values,
        context: format!("{:.0}/s over {:.0}/s", median(&ones), median(&others)),
        bound_legs: others,
        must: Must::AtLeast(0.4),
    };
    let trusting = Bench::start(&root.join("target/trusting/release/seatwright"), plan, 1)?;
    let (values, ones, others) = in_turn(plan, (&bench, &bench.reads()), (&trusting, &trusting.reads()))?;
    let verified = Figure {
        goal: "P9",
        what: "reads with tokens verified over reads with verification compiled out".to_owned(),
        values,
        context: format!("{:.0}/s over {:.0}/s", median(&ones), median(&others)),
        bound_legs: others,
        must: Must::AtLeast(0.8),
    };
    Ok(vec![p8, verified, distinct])
}
