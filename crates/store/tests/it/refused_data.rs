//! A row that the database does not take: who is in the same batch is served, on either kind of store.

use crate::postgres_nodes::{OFFICE, contoso, run};
use engine::clock::SystemClock;
use engine::store::{NewTenant, Store, StoreError};
use engine::use_cases::Settings;
use engine::{Engine, EngineError};
use licensing::decide::buy_subscription::BuySubscription;
use licensing::ids::SubscriptionId;
use licensing::{ChangeSet, Command};
use std::sync::Arc;
use store::conformance::catalog;
use store::postgres::{PostgresStore, ScratchDatabase};
use store::sqlite::SqliteStore;
use uuid::Uuid;

/// What the databases of this file do not take.
const UNSELLABLE: u32 = 666;

/// Buys this many units each time, all at once, on a store with the planted refusal.
async fn bought(store: Arc<dyn Store>, units: [u32; 4]) -> [Result<(), EngineError>; 4] {
    let office = NewTenant { profile: contoso(), content: ChangeSet::default() };
    assert!(store.create_tenants(vec![office]).await.unwrap());
    let sku = catalog().products().next().map(|product| product.id).unwrap();
    let engine = Engine::new(store, Arc::new(SystemClock), Settings::default());
    let buy = async |units: u32| {
        let id = SubscriptionId(Uuid::from_u128(units.into()));
        let buy = BuySubscription { id, sku, total_licenses: units, is_trial: false, until: None };
        engine.run_as_operator(OFFICE, Command::BuySubscription(buy)).await.map(drop)
    };
    // All of them wait before the writer runs: there is one thread.
    let [one, two, three, four] = units;
    let (one, two, three, four) = tokio::join!(buy(one), buy(two), buy(three), buy(four));
    [one, two, three, four]
}

/// What the only one was told that failed.
async fn refusal_of_one(store: Arc<dyn Store>) -> String {
    let told = bought(store.clone(), [10, UNSELLABLE, 20, 30]).await;
    let tenant = store.tenants().await.unwrap().remove(0);
    let subscriptions = tenant.skus.values().flat_map(|sku| &sku.subscriptions);
    let mut kept: Vec<u32> = subscriptions.map(|bought| bought.total_licenses).collect();
    kept.sort_unstable();
    assert_eq!(kept, [10, 20, 30]);
    let [Ok(()), Err(EngineError::Store(error)), Ok(()), Ok(())] = told else { panic!("{told:?}") };
    assert!(matches!(error, StoreError::Unstorable { .. }), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn a_row_that_a_file_does_not_take_fails_its_own_command_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = SqliteStore::open(&path, catalog()).unwrap();
    let plant = format!(
        "CREATE TRIGGER planted BEFORE INSERT ON subscriptions WHEN NEW.total_licenses = {UNSELLABLE}
         BEGIN SELECT RAISE(ABORT, 'nobody sells so many'); END"
    );
    rusqlite::Connection::open(&path).unwrap().execute_batch(&plant).unwrap();
    assert_eq!(refusal_of_one(Arc::new(store)).await, "could not commit the change: nobody sells so many");
}

/// Has the database refuse such a purchase with this statement.
async fn refusing(how: &str) -> (ScratchDatabase, Arc<PostgresStore>) {
    // What is planted must not be there for another test.
    let database = ScratchDatabase::create_new().await.unwrap_or_else(|error| panic!("{error}"));
    let store = PostgresStore::open(&database.url(), catalog()).await.unwrap();
    run(&database, how).await;
    (database, Arc::new(store))
}

#[tokio::test]
async fn a_row_that_a_database_does_not_take_fails_its_own_command_only() {
    let check = format!("ALTER TABLE subscriptions ADD CONSTRAINT planted CHECK (total_licenses <> {UNSELLABLE})");
    let (_database, store) = refusing(&check).await;
    let said = refusal_of_one(store).await;
    assert!(said.contains("violates check constraint \"planted\""), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    // The row may be about somebody.
    assert!(!said.contains("DETAIL") && !said.contains("Failing row"), "{said}");
}

#[tokio::test]
async fn what_the_database_finds_at_the_commit_fails_its_own_command_only() {
    let at_the_end = format!(
        "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF NEW.total_licenses = {UNSELLABLE} THEN
             RAISE 'Too many.\n  Nobody sells so many.' USING ERRCODE = 'check_violation',
               DETAIL = E'They are\r\n\r\n{UNSELLABLE}.', HINT = 'Buy fewer.';
           END IF; RETURN NEW; END $$;
         CREATE CONSTRAINT TRIGGER planted AFTER INSERT ON subscriptions DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION planted()"
    );
    let (_database, store) = refusing(&at_the_end).await;
    let said = refusal_of_one(store).await;
    assert!(said.ends_with("Too many.; Nobody sells so many.; HINT: Buy fewer."), "{said}");
    assert!(!said.contains(['\r', '\n']), "{said}");
}

#[tokio::test]
async fn a_trigger_that_names_no_code_fails_the_command_that_it_is_about_only() {
    let plain = format!(
        "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF NEW.total_licenses = {UNSELLABLE} THEN RAISE 'Nobody sells so many.'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER planted BEFORE INSERT ON subscriptions FOR EACH ROW EXECUTE FUNCTION planted()"
    );
    let (_database, store) = refusing(&plain).await;
    let said = refusal_of_one(store).await;
    assert!(said.contains("Nobody sells so many."), "{said}");
}

#[tokio::test]
async fn what_is_about_the_moment_fails_the_whole_batch() {
    for code in ["lock_not_available", "serialization_failure", "query_canceled"] {
        let busy = format!(
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF NEW.total_licenses = {UNSELLABLE} THEN RAISE 'Not now.' USING ERRCODE = '{code}'; END IF;
               RETURN NEW; END $$;
             CREATE TRIGGER planted BEFORE INSERT ON subscriptions FOR EACH ROW EXECUTE FUNCTION planted()"
        );
        let (_database, store) = refusing(&busy).await;
        for told in bought(store, [10, UNSELLABLE, 20, 30]).await {
            assert!(matches!(&told, Err(EngineError::Store(StoreError::Unavailable { .. }))), "{code}: {told:?}");
        }
    }
}
