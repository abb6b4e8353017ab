//! Several nodes on one database: what one leaves undone another does, and nothing is done twice.

use engine::Engine;
use engine::back_off::WAIT_MAX;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock, SystemClock};
use engine::propagation::STOP_TIME;
use engine::store::audit::AuditSet;
use engine::store::{GroupSet, NewTenant, Store, Waiting};
use engine::turns::TURN;
use engine::use_cases::Settings;
use engine::verify::verify;
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::audit::{Activity, Detail, GroupTotals};
use licensing::decide::assign_to_group::AssignToGroup;
use licensing::facts::Progress;
use licensing::ids::{SkuId, TenantKey};
use licensing::time::Timestamp;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use store::postgres::{PostgresStore, ScratchDatabase};
use testkit::commit_cutter::CommitCutter;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use uuid::{Uuid, uuid};

const OFFICE: TenantKey = TenantKey(1);
/// Another tenant, of three users.
const CANTEEN: TenantKey = TenantKey(2);
/// Members of the only group.
const MEMBERS: u64 = 4_000;
/// The SKU that the group gives.
const ENTERPRISEPACK: Uuid = uuid!("6fd2c87f-b296-42f0-b197-1e91e994b900");
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a machine that is busy.
const A_MOMENT: Duration = Duration::from_secs(1);
/// How long a commit waits for its tenant's row.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// A node that hears of work, or does none for long.
const SELDOM: Settings = Settings { group_delay: Duration::ZERO, poll_period: Duration::from_secs(60) };

/// Tenants with a domain and so many members each, whose only group waits for its licence to reach them.
fn tenants(of: &[(&str, u64)]) -> Vec<NewTenant> {
    let tenants: Vec<_> = of.iter().map(|(domain, members)| tenant(domain, *members)).collect();
    let world = json!({ "tenants": tenants });
    let world = engine::world::parse(&world.to_string()).unwrap();
    engine::world::build(world, builtin_catalog(), SystemClock.now()).unwrap()
}

fn tenant(domain: &str, members: u64) -> serde_json::Value {
    let names: Vec<String> = (0..members).map(|number| format!("user{number}@{domain}")).collect();
    let users: Vec<_> = names.iter().map(|name| json!({ "userPrincipalName": name, "usageLocation": "US" })).collect();
    json!({
        "displayName": domain,
        "verifiedDomains": [domain],
        "subscriptions": [{ "skuPartNumber": "ENTERPRISEPACK", "totalLicenses": members }],
        "users": users,
        "groups": [{ "displayName": "Staff", "securityEnabled": true, "members": names,
                     "assignedLicenses": [{ "skuPartNumber": "ENTERPRISEPACK" }] }]
    })
}

/// A clock that can halt whoever asks it, as a machine halts that is suspended.
#[derive(Default)]
struct Halting {
    asked: AtomicU64,
    is_halted: Mutex<bool>,
    goes_on: Condvar,
}

impl Halting {
    fn halt(&self) {
        *self.is_halted.lock().unwrap() = true;
    }

    fn go_on(&self) {
        *self.is_halted.lock().unwrap() = false;
        self.goes_on.notify_all();
    }
}

impl Clock for Halting {
    fn now(&self) -> Timestamp {
        // A chunk asks three times where it looks for work before each: what is due, what is ready, and, with its turn
        // taken, for its own time.
        if self.asked.fetch_add(1, Ordering::SeqCst) % 3 == 2 {
            let halted = self.is_halted.lock().unwrap();
            drop(self.goes_on.wait_while(halted, |is_halted| *is_halted).unwrap());
        }
        SystemClock.now()
    }
}

/// A program of its own, as far as the database can tell.
struct Node {
    runtime: Runtime,
    store: Arc<PostgresStore>,
    engine: Engine,
}

impl Node {
    fn new(database: &str, clock: Arc<dyn Clock>) -> Self {
        Self::with(database, clock, Settings::default())
    }

    fn with(database: &str, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        // On one thread: a clock that halts halts all of it.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = runtime.block_on(PostgresStore::open(database, builtin_catalog())).unwrap();
        let store = Arc::new(store);
        let engine = Engine::new(store.clone(), clock, settings);
        Self { runtime, store, engine }
    }

    /// Does work from now on.
    fn work(&self) -> (JoinHandle<()>, CancellationToken) {
        let (engine, stop) = (self.engine.clone(), CancellationToken::new());
        let until = stop.clone();
        (self.runtime.spawn(async move { engine.propagate(until).await }), stop)
    }

    /// Ends it where it is, with nothing said to anybody.
    fn kill(self) {
        self.runtime.shutdown_background();
    }

    /// How far the group is.
    fn progress(&self) -> Option<Progress> {
        self.progress_in(OFFICE)
    }

    fn progress_in(&self, tenant: TenantKey) -> Option<Progress> {
        let waiting: Vec<Waiting> = self.runtime.block_on(self.store.waiting(tenant)).unwrap().value;
        waiting.first().map(|waiting| waiting.progress)
    }

    fn wait_until(&self, what: &str, is_so: impl Fn(Option<Progress>) -> bool) {
        self.wait_in(OFFICE, what, is_so);
    }

    fn wait_in(&self, tenant: TenantKey, what: &str, is_so: impl Fn(Option<Progress>) -> bool) {
        let begun = Instant::now();
        while !is_so(self.progress_in(tenant)) {
            assert!(begun.elapsed() < PATIENCE, "waited too long until {what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Has a caller give the group's licence to its members, or take it from them; how long it is until that is done.
    fn license(&self, gives: bool) -> Duration {
        self.license_in(OFFICE, gives)
    }

    fn license_in(&self, tenant: TenantKey, gives: bool) -> Duration {
        let sku = SkuId(ENTERPRISEPACK);
        let (add, remove) = match gives {
            true => (vec![WantedLicense { sku, disabled: DisabledPlans::default() }], Vec::new()),
            false => (Vec::new(), vec![sku]),
        };
        let group =
            self.runtime.block_on(self.store.groups(tenant, GroupSet::All, None, 1)).unwrap().value[0].profile.id.0;
        let command = Command::AssignToGroup(AssignToGroup { group, add, remove });
        self.runtime.block_on(self.engine.run_as_operator(tenant, command)).unwrap();
        let begun = Instant::now();
        self.wait_in(tenant, "the licence reached the members", |progress| progress.is_none());
        begun.elapsed()
    }

    /// Every member has the licence, and was looked at once.
    fn all_is_done_once(&self) {
        self.runtime.block_on(async {
            let totals =
                AuditSet { activities: Some(vec![Activity::FinishApplyingGroupLicense]), ..AuditSet::default() };
            let entries = self.store.audit(OFFICE, &totals, None, 10).await.unwrap().entries;
            let totals: Vec<_> = entries.into_iter().map(|(_, entry)| entry.detail).collect();
            assert_eq!(totals, [Detail::Totals(GroupTotals { succeeded: MEMBERS, failed: 0 })]);
            let (_, breaches) = verify(self.store.as_ref(), SystemClock.now()).await.unwrap();
            assert!(breaches.is_empty(), "{breaches:?}");
            let seats = self.store.consumed(OFFICE).await.unwrap().value;
            assert_eq!(seats.values().sum::<i64>(), i64::try_from(MEMBERS).unwrap());
        });
    }
}

/// A database with one tenant, and a node that does no work by itself.
fn setup(members: u64) -> (ScratchDatabase, Node) {
    setup_with(tenants(&[("contoso.example", members)]))
}

fn setup_with(tenants: Vec<NewTenant>) -> (ScratchDatabase, Node) {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(ScratchDatabase::create()).unwrap_or_else(|error| panic!("{error}"));
    // The session that keeps the database for this test.
    std::mem::forget(runtime);
    let idle = Node::new(&database.url(), Arc::new(SystemClock));
    assert!(idle.runtime.block_on(idle.store.create_tenants(tenants)).unwrap());
    (database, idle)
}

fn is_under_way(progress: Option<Progress>) -> bool {
    progress.is_some_and(|progress| progress.cursor.is_some())
}

#[test]
fn nodes_that_work_together_do_everything_once() {
    let (database, idle) = setup(MEMBERS);
    let nodes = [(); 3].map(|()| Node::new(&database.url(), Arc::new(SystemClock)));
    let _working = nodes.each_ref().map(Node::work);
    idle.wait_until("all is done", |progress| progress.is_none());
    idle.all_is_done_once();
}

#[test]
fn the_work_of_a_node_that_dies_goes_on_within_ten_seconds() {
    let (database, idle) = setup(MEMBERS);
    let dies = Node::new(&database.url(), Arc::new(SystemClock));
    drop(dies.work());
    idle.wait_until("the work is under way", is_under_way);
    dies.kill();
    let died = Instant::now();
    let left = idle.progress().expect("the work was done before its node died");
    let other = Node::new(&database.url(), Arc::new(SystemClock));
    let (_working, _stop) = other.work();
    idle.wait_until("the work goes on", |progress| progress.is_none_or(|progress| progress.cursor > left.cursor));
    assert!(died.elapsed() < Duration::from_secs(10), "it took {:?}", died.elapsed());
    idle.wait_until("all is done", |progress| progress.is_none());
    idle.all_is_done_once();
}

#[test]
fn a_node_that_stops_leaves_its_work_to_others_at_once() {
    let (database, idle) = setup(MEMBERS);
    let stops = Node::new(&database.url(), Arc::new(SystemClock));
    let claim = stops.store.claim_work(OFFICE, PATIENCE);
    assert!(stops.runtime.block_on(claim).unwrap().is_some());
    // It finds that it is another's turn, and would look again after a minute.
    let other = Node::with(&database.url(), Arc::new(SystemClock), SELDOM);
    let (_working, _stop) = other.work();
    std::thread::sleep(Duration::from_millis(500));
    let (working, stop) = stops.work();
    idle.wait_until("the work is under way", is_under_way);
    stop.cancel();
    stops.runtime.block_on(working).unwrap();
    let left = idle.progress().expect("the work was done before its node stopped");
    let stopped = Instant::now();
    idle.wait_until("the work goes on", |progress| progress.is_none_or(|progress| progress.cursor > left.cursor));
    assert!(stopped.elapsed() < TURN / 2, "it took {:?}", stopped.elapsed());
    idle.wait_until("all is done", |progress| progress.is_none());
    idle.all_is_done_once();
}

/// Somebody hangs in the middle of a commit, before or while a node has the tenant's turn.
#[test]
fn a_tenant_that_is_locked_does_not_keep_the_work_of_others_waiting() {
    for has_turn in [false, true] {
        let (database, idle) = setup_with(tenants(&[("contoso.example", MEMBERS), ("fabrikam.example", 3)]));
        let works = Node::new(&database.url(), Arc::new(SystemClock));
        let mut work = None;
        if has_turn {
            work = Some(works.work());
            idle.wait_until("the work is under way", is_under_way);
        }
        let hangs = idle.runtime.block_on(locked(&database, OFFICE));
        let begun = Instant::now();
        let _work = work.unwrap_or_else(|| works.work());
        idle.wait_in(CANTEEN, "the first work is done", |progress| progress.is_none());
        for gives in [false, true, false] {
            idle.license_in(CANTEEN, gives);
        }
        assert!(begun.elapsed() < LOCK_TIMEOUT, "it took {:?}", begun.elapsed());
        assert!(idle.progress().is_some(), "the tenant was not locked");
        drop(hangs);
        idle.wait_until("all is done", |progress| progress.is_none());
        idle.all_is_done_once();
    }
}

/// A session that has the tenant's row, until it is dropped.
async fn locked(database: &ScratchDatabase, tenant: TenantKey) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = format!("BEGIN; SELECT 1 FROM tenants WHERE tenant_id = {} FOR UPDATE", tenant.0);
    client.batch_execute(&lock).await.unwrap();
    client
}

#[test]
fn a_node_stops_although_its_database_hangs() {
    let (database, idle) = setup(MEMBERS);
    let proxy = idle.runtime.block_on(CommitCutter::start(&database.url())).unwrap();
    let hangs = Node::new(proxy.url(), Arc::new(SystemClock));
    let (working, stop) = hangs.work();
    idle.wait_until("the work is under way", is_under_way);
    proxy.freeze(true);
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    stop.cancel();
    hangs.runtime.block_on(working).unwrap();
    assert!(begun.elapsed() < STOP_TIME * 2 + A_MOMENT, "it took {:?}", begun.elapsed());
    hangs.kill();
    // Nobody ends the sessions that hung; the server does, once it hears that their client has left.
    proxy.freeze(false);
    let other = Node::new(&database.url(), Arc::new(SystemClock));
    let (_working, _stop) = other.work();
    idle.wait_until("all is done", |progress| progress.is_none());
    idle.all_is_done_once();
}

#[test]
fn a_node_that_was_halted_beyond_its_turn_changes_nothing() {
    let (database, idle) = setup(MEMBERS);
    let clock = Arc::new(Halting::default());
    // It looks for work before each chunk.
    let settings = Settings { poll_period: Duration::from_millis(1), ..Settings::default() };
    let halted = Node::with(&database.url(), clock.clone(), settings);
    let (_working, _stop) = halted.work();
    idle.wait_until("the work is under way", is_under_way);
    clock.halt();
    // The chunk before it may still be under way.
    std::thread::sleep(Duration::from_secs(1));
    let left = idle.progress().expect("the work was done before its node halted");
    // Somebody takes the work over, and does none of it.
    let begun = Instant::now();
    while idle.runtime.block_on(idle.store.claim_work(OFFICE, PATIENCE)).unwrap().is_none() {
        assert!(begun.elapsed() < TURN * 2, "the turn does not end");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(idle.progress(), Some(left), "nobody worked");
    clock.go_on();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(idle.progress(), Some(left), "a chunk of a turn that was over was done");
    idle.runtime.block_on(idle.store.give_back_work(OFFICE)).unwrap();
    idle.wait_until("all is done", |progress| progress.is_none());
    idle.all_is_done_once();
}

#[test]
fn a_node_hears_of_work_that_another_leaves() {
    let (database, idle) = setup(3);
    let listens = Node::with(&database.url(), Arc::new(SystemClock), SELDOM);
    let (_working, _stop) = listens.work();
    idle.wait_until("the first work is done", |progress| progress.is_none());
    for gives in [false, true, false] {
        let taken = idle.license(gives);
        assert!(taken < Duration::from_millis(500), "it took {taken:?}");
    }
    // It listens again when its connection was cut, and looks then for what it missed.
    idle.runtime.block_on(database.set_reachable(false)).unwrap();
    idle.runtime.block_on(database.set_reachable(true)).unwrap();
    while idle.runtime.block_on(idle.store.ping()).is_err() {}
    let taken = idle.license(true);
    assert!(taken < WAIT_MAX, "it took {taken:?}");
    assert!(idle.license(false) < Duration::from_millis(500));
}

#[test]
fn a_node_whose_database_is_away_asks_for_it_ever_less_often() {
    let (database, idle) = setup(3);
    let gate = idle.runtime.block_on(CommitCutter::start(&database.url())).unwrap();
    let settings = Settings { poll_period: Duration::from_millis(20), ..Settings::default() };
    let asks = Node::with(gate.url(), Arc::new(SystemClock), settings);
    let (_working, _stop) = asks.work();
    idle.wait_until("the first work is done", |progress| progress.is_none());
    assert_eq!(gate.turn_away(true), 0);
    idle.runtime.block_on(database.set_reachable(false)).unwrap();
    std::thread::sleep(Duration::from_secs(4));
    // Two ask, after 0.25, 0.5, 1 and 2 seconds; a few more were under way.
    let turned_away = gate.turn_away(true);
    assert!((6..=16).contains(&turned_away), "it asked {turned_away} times");
    // Who reads is told at once.
    let begun = Instant::now();
    assert!(asks.runtime.block_on(asks.store.ping()).is_err());
    assert!(begun.elapsed() < Duration::from_secs(1), "it took {:?}", begun.elapsed());
    assert!(gate.turn_away(false) >= 1);
    idle.runtime.block_on(database.set_reachable(true)).unwrap();
    while idle.runtime.block_on(idle.store.ping()).is_err() {}
    let taken = idle.license(false);
    assert!(taken < WAIT_MAX * 2, "it took {taken:?}");
}
