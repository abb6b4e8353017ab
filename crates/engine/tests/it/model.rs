//! The model test: whatever happens, the engine on SQLite and on PostgreSQL answers and keeps what it does on the memory
//! store, and all keep what a naive recomputation from the answers expects. What is asked for together is decided in one
//! commit on the stores, and one after the other in memory.
//!
//! `PROPTEST_CASES` and `PROPTEST_RNG_SEED` choose how many cases and which; a failing one is shrunk and kept in
//! `tests/proptest-regressions`.

mod commands;
mod naive;
mod office;
mod step;

use commands::command;
use engine::builtin_catalog::builtin_catalog;
use engine::store::Store;
use licensing::Command;
use licensing::time::DAY_MILLIS;
use naive::Naive;
use office::{BEGINNING, Hand, Office, world};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::test_runner::TestCaseError;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use step::{Change, SKUS, Step, batch};
use store::memory::MemoryStore;
use store::postgres::{PostgresStore, ScratchDatabase};
use store::sqlite::SqliteStore;

/// Batches of steps.
const BATCHES_MAX: usize = 40;
/// More than there are users.
const UNITS_MAX: u32 = 5;
/// As many cases as take a few seconds on each store.
const CASES_ON_SQLITE: u32 = 40;
const CASES_ON_POSTGRES: u32 = 8;
/// Time that passes with each batch, in milliseconds.
const TICK: i64 = 1_000;

/// The store that is held against the memory store.
#[derive(Clone, Copy, Debug)]
enum Tested {
    Sqlite,
    Postgres,
}

proptest! {
    #![proptest_config(config(CASES_ON_SQLITE))]

    #[test]
    fn sqlite_the_memory_store_and_a_naive_recomputation_agree(
        units in vec(0..=UNITS_MAX, SKUS),
        reprocess_when_seats_free in any::<bool>(),
        batches in vec(batch(), 1..=BATCHES_MAX),
    ) {
        run(Tested::Sqlite, &units, reprocess_when_seats_free, &batches).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(CASES_ON_POSTGRES))]

    #[test]
    fn postgresql_the_memory_store_and_a_naive_recomputation_agree(
        units in vec(0..=UNITS_MAX, SKUS),
        reprocess_when_seats_free in any::<bool>(),
        batches in vec(batch(), 1..=BATCHES_MAX),
    ) {
        run(Tested::Postgres, &units, reprocess_when_seats_free, &batches).map_err(TestCaseError::fail)?;
    }
}

/// Found by the tests above, on both stores.
fn holds(units: [u32; SKUS], batches: &[Vec<Step>]) {
    for tested in [Tested::Sqlite, Tested::Postgres] {
        run(tested, &units, false, batches).unwrap();
    }
}

/// One store moved a purchase that changed behind the others.
#[test]
fn a_purchase_that_changes_keeps_its_place() {
    let buy = Step::Buy { sku: 0, units: 0, days: None };
    holds([0; SKUS], &[vec![Step::Wait { days: 11 }], vec![buy], vec![Step::Wait { days: 20 }]]);
}

/// Who was loaded before a group had licences was not seen as its member by what was asked for together with them.
#[test]
fn a_member_is_one_of_a_licensed_group_at_once() {
    let change = Change { add: vec![0], without_first_plan: false, remove: None };
    let together = vec![Step::License { group: 0, change }, Step::Reprocess { user: 0 }];
    holds([1; SKUS], &[vec![Step::Join { user: 0, group: 0 }], together]);
}

/// Who was deleted just before the clock was set was gone for good only at the next look.
#[test]
fn what_was_deleted_before_the_clock_is_set_is_gone_at_once() {
    holds([0; SKUS], &[vec![Step::Delete { user: 0 }, Step::Wait { days: 30 }]]);
}

fn run(tested: Tested, units: &[u32], reprocess_when_seats_free: bool, batches: &[Vec<Step>]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(agree(tested, units, reprocess_when_seats_free, batches))
}

/// The number of cases, unless the environment says otherwise.
fn config(cases: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(cases),
    }
}

/// An empty store, and what goes with it.
async fn open(tested: Tested) -> (Arc<dyn Store>, Box<dyn Any>) {
    match tested {
        Tested::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let store = SqliteStore::open(&folder.path().join("model.db"), builtin_catalog()).unwrap();
            (Arc::new(store), Box::new(folder))
        }
        Tested::Postgres => {
            let database = ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"));
            let store = PostgresStore::open(&database.url(), builtin_catalog()).await.unwrap();
            (Arc::new(store), Box::new(database))
        }
    }
}

/// The memory store and the tested one, with what was asked of the one and not yet of the other.
struct Pair {
    model: Office,
    tested: Office,
    waiting: Vec<(String, Command, Result<String, String>)>,
}

impl Pair {
    /// Asks the tested store for all that waits, at once.
    async fn catch_up(&mut self) -> Result<(), String> {
        let commands = self.waiting.iter().map(|(_, command, _)| command.clone()).collect();
        let answers = self.tested.run_together(commands).await;
        for ((step, _, wanted), found) in self.waiting.drain(..).zip(answers) {
            if wanted != found {
                return Err(format!("{step}\n in memory: {wanted:?}\n in the store: {found:?}"));
            }
        }
        Ok(())
    }
}

async fn agree(
    tested: Tested,
    units: &[u32],
    reprocess_when_seats_free: bool,
    batches: &[Vec<Step>],
) -> Result<(), String> {
    let clock = Arc::new(Hand::default());
    clock.0.store(BEGINNING, Ordering::SeqCst);
    let world = world(units, reprocess_when_seats_free);
    let (store, _place) = open(tested).await;
    let model = Office::open(Arc::new(MemoryStore::new(builtin_catalog())), clock.clone(), &world).await;
    let tested = Office::open(store, clock.clone(), &world).await;
    let mut pair = Pair { model, tested, waiting: Vec::new() };
    let (mut naive, mut purchases, mut ahead) = (Naive::new(), SKUS, 0);
    for (at, batch) in batches.iter().chain([&vec![Step::Settle]]).enumerate() {
        let at_system = clock.0.fetch_add(TICK, Ordering::SeqCst) + TICK;
        for step in batch {
            let step = &naive.aim(step);
            if matches!(step, Step::Settle) {
                pair.catch_up().await.map_err(|difference| format!("batch {at}, {difference}"))?;
                pair.model.settle().await;
                pair.tested.settle().await;
                continue;
            }
            let Some(command) = command(step, &pair.model, purchases, at_system + ahead).await else { continue };
            let wanted = pair.model.run(command.clone()).await;
            let taken = naive.take(step, at_system + ahead, wanted.is_ok());
            taken.map_err(|breach| format!("batch {at}: {breach}"))?;
            match step {
                Step::Buy { .. } if wanted.is_ok() => purchases += 1,
                Step::Wait { days } => ahead += days * DAY_MILLIS,
                _ => {}
            }
            pair.waiting.push((format!("{step:?}"), command, wanted));
        }
        pair.catch_up().await.map_err(|difference| format!("batch {at}, {difference}"))?;
    }
    compare(&pair, &naive, ahead).await
}

/// Holds what is kept in the end against each other, and against what should be.
async fn compare(pair: &Pair, naive: &Naive, ahead: i64) -> Result<(), String> {
    let (wanted, found) = (pair.model.state().await, pair.tested.state().await);
    if wanted != found {
        return Err(format!("in the end\n{}", differences(&format!("{wanted:#?}"), &format!("{found:#?}"))));
    }
    let mut breaches = naive.breaches(&found);
    breaches.extend(pair.tested.verify().await);
    if found.clock_ahead_millis != ahead {
        breaches.push(format!("the clock is {} ahead, not {ahead}", found.clock_ahead_millis));
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n")) }
}

/// The lines that only one of the stores has.
fn differences(in_memory: &str, in_store: &str) -> String {
    let pairs = in_memory.lines().zip(in_store.lines()).filter(|(one, other)| one != other);
    pairs.map(|(one, other)| format!(" in memory: {}\n in the store: {}\n", one.trim(), other.trim())).collect()
}
