//! What only a database server has: several nodes, snapshots beside them, connections that break.

use engine::store::{NewTenant, Store, StoreError};
use licensing::ChangeSet;
use licensing::facts::{Facts, Scope};
use licensing::ids::{SkuId, SkuKey, SubscriptionId, TenantId, TenantKey};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::sync::Arc;
use std::time::Duration;
use store::conformance::catalog;
use store::postgres::{PostgresStore, ScratchDatabase};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

pub(crate) const OFFICE: TenantKey = TenantKey(1);
const SKU: SkuKey = SkuKey(0);

pub(crate) async fn database() -> ScratchDatabase {
    ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) async fn node(database: &ScratchDatabase) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(&database.url(), catalog()).await.unwrap())
}

fn purchase(seats: u32) -> ChangeSet {
    let subscription = Subscription {
        id: SubscriptionId(Uuid::from_u128(7)),
        status: CapabilityStatus::Enabled,
        total_licenses: seats,
        created_at: Timestamp::from_unix_millis(0),
        is_trial: false,
        next_lifecycle_at: None,
    };
    let sku = catalog().products().next().map(|product| product.id).unwrap();
    ChangeSet { subscriptions: vec![(SKU, SkuId(sku.0), subscription)], ..ChangeSet::default() }
}

/// The tenant's own properties.
pub(crate) fn contoso() -> TenantProfile {
    TenantProfile {
        id: TenantId(Uuid::from_u128(1)),
        display_name: "Contoso".to_owned(),
        country: UsageLocation::parse("US").unwrap(),
        default_usage_location: None,
        verified_domains: vec!["contoso.example".to_owned()],
        created_at: Timestamp::from_unix_millis(0),
        settings: TenantSettings::default(),
        clock_ahead_millis: 0,
    }
}

/// A tenant that has bought so many seats.
pub(crate) async fn office(store: &PostgresStore, seats: u32) {
    let office = NewTenant { profile: contoso(), content: purchase(seats) };
    assert!(store.create_tenants(vec![office]).await.unwrap());
}

pub(crate) fn take_a_free_seat(facts: Facts) -> ChangeSet {
    let free = facts.available(SKU);
    ChangeSet { consumed: if free > 0 { [(SKU, 1)].into() } else { Default::default() }, ..ChangeSet::default() }
}

/// Ends all sessions but that which asks for it.
const END_OTHERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn seats(store: &PostgresStore) -> i64 {
    store.consumed(OFFICE).await.unwrap().value[&SKU]
}

/// A connection of somebody else.
pub(crate) async fn stranger(database: &ScratchDatabase) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) async fn run(database: &ScratchDatabase, sql: &str) {
    stranger(database).await.batch_execute(sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_sell_the_same_seats_sell_each_once() {
    let database = database().await;
    let nodes = [node(&database).await, node(&database).await, node(&database).await];
    office(&nodes[0], 40).await;
    let buyers = (0..60).map(|buyer| {
        let node = nodes[buyer % nodes.len()].clone();
        tokio::spawn(async move { node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap() })
    });
    for buyer in buyers.collect::<Vec<_>>() {
        buyer.await.unwrap();
    }
    for node in &nodes {
        assert_eq!(seats(node).await, 40);
    }
}

/// The test above must be able to fail: here seats are counted without the lock that a commit takes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_count_seats_without_the_lock_are_found_out() {
    let database = database().await;
    let nodes = [node(&database).await, node(&database).await, node(&database).await];
    office(&nodes[0], 40).await;
    let looked = Arc::new(tokio::sync::Barrier::new(60));
    let buyers = (0..60).map(|buyer| {
        let (node, looked) = (nodes[buyer % nodes.len()].clone(), looked.clone());
        tokio::spawn(async move {
            let is_free = seats(&node).await < 40;
            looked.wait().await;
            let consumed = if is_free { [(SKU, 1)].into() } else { Default::default() };
            let takes = ChangeSet { consumed, ..ChangeSet::default() };
            node.commit(OFFICE, Scope::default(), Box::new(|_| takes)).await.unwrap();
        })
    });
    for buyer in buyers.collect::<Vec<_>>() {
        buyer.await.unwrap();
    }
    assert!(seats(&nodes[0]).await > 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_changes_of_a_tenant_the_others_see() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    for seats in [2, 30] {
        assert!(other.tenant_of_domain("contoso.example").await.unwrap().is_some());
        one.commit(OFFICE, Scope::default(), Box::new(move |_| purchase(seats))).await.unwrap();
        let seen = other.consumed(OFFICE).await.unwrap().tenant;
        assert_eq!(seen.skus[&SKU].prepaid_units().assignable(), i64::from(seats));
    }
}

/// As after a failover to a standby that lacked the last commits, or with a backup put under a running node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_went_back_in_time_is_read_anew() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    let before = node.consumed(OFFICE).await.unwrap().tenant;
    assert_eq!(before.skus[&SKU].prepaid_units().assignable(), 5);
    // Another history of as many changes.
    run(&database, "UPDATE subscriptions SET total_licenses = 1").await;
    let unchanged = node.consumed(OFFICE).await.unwrap().tenant;
    assert!(Arc::ptr_eq(&before, &unchanged), "what has the same version is not read each time");
    run(&database, END_OTHERS).await;
    while node.ping().await.is_err() {}
    let after = node.consumed(OFFICE).await.unwrap().tenant;
    assert_eq!(after.skus[&SKU].prepaid_units().assignable(), 1);
    for taken in [1, 1] {
        node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap();
        assert_eq!(seats(&node).await, taken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_make_the_schema_once() {
    let database = database().await;
    run(&database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
    let nodes = (0..4).map(|_| {
        let url = database.url();
        tokio::spawn(async move { PostgresStore::open(&url, catalog()).await.unwrap().ping().await.unwrap() })
    });
    for node in nodes.collect::<Vec<_>>() {
        node.await.unwrap();
    }
}

/// Others may prefer transactions that see one moment from their first statement on. Ours wait for a lock first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_begin_transactions_as_they_need_them_whatever_the_database_prefers() {
    let database = database().await;
    let prefer =
        |what: &str| format!("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {what}', current_database()); END $$");
    run(&database, &prefer("SET default_transaction_isolation = ''repeatable read''")).await;
    run(&database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
    let nodes = (0..4).map(|_| {
        let url = database.url();
        tokio::spawn(async move { PostgresStore::open(&url, catalog()).await })
    });
    let mut opened = Vec::new();
    for node in nodes.collect::<Vec<_>>() {
        opened.push(node.await.unwrap());
    }
    // The next test gets this database.
    run(&database, &prefer("RESET default_transaction_isolation")).await;
    for node in opened {
        node.unwrap().ping().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_schema_is_refused() {
    for (change, reason) in [
        ("UPDATE migrations SET checksum = 0", "not the one that was applied"),
        ("INSERT INTO migrations VALUES (1000, 0)", "newer version"),
    ] {
        let database = database().await;
        run(&database, change).await;
        let error = PostgresStore::open(&database.url(), catalog()).await.err().unwrap();
        assert!(matches!(&error, StoreError::Corrupt { reason: said, .. } if said.contains(reason)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_without_a_schema_is_no_store_to_look_at() {
    let database = database().await;
    for (change, said) in [
        (
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
            "the database is empty; `seatwright serve --seed` or `seatwright store copy` fills it",
        ),
        ("CREATE TABLE others (n BIGINT)", "the database is no Seatwright store"),
    ] {
        run(&database, change).await;
        let error = PostgresStore::open_snapshot(&database.url(), catalog()).await.err().unwrap();
        assert_eq!(error.to_string(), format!("could not open the store: {said}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_stays_as_it_is_and_cannot_be_written() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    let snapshot = PostgresStore::open_snapshot(&database.url(), catalog()).await.unwrap();
    node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap();
    assert_eq!((seats(&snapshot).await, seats(&node).await), (0, 1));
    let refused = snapshot.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap_err();
    assert_eq!(refused.to_string(), "could not commit the change: it was opened as a snapshot");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_nobody_waits_for_leaves_the_tenant_free() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    for _ in 0..20 {
        // Dropped somewhere between its beginning and its end.
        let commit = node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat));
        drop(tokio::time::timeout(std::time::Duration::from_micros(200), commit).await);
    }
    let before = seats(&node).await;
    node.commit(
        OFFICE,
        Scope::default(),
        Box::new(|_| ChangeSet { consumed: [(SKU, 1)].into(), ..ChangeSet::default() }),
    )
    .await
    .unwrap();
    assert_eq!(seats(&node).await, before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_is_replaced() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    run(&database, END_OTHERS).await;
    // Whoever meets the broken connection is told so; the next one gets another.
    let mut told = 0;
    while node.ping().await.is_err() {
        told += 1;
        assert!(told < 20, "no connection was made anew");
    }
    node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap();
    assert_eq!(seats(&node).await, 1);
}

#[tokio::test]
async fn a_database_of_another_schema_is_not_read_either() {
    for change in ["INSERT INTO migrations VALUES (999, 0)", "UPDATE migrations SET checksum = checksum + 1"] {
        let database = database().await;
        drop(node(&database).await);
        let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute("CREATE TEMP TABLE kept AS TABLE migrations").await.unwrap();
        client.batch_execute(change).await.unwrap();
        let opened = PostgresStore::open_snapshot(&database.url(), catalog()).await.map(drop);
        // The next test gets this database.
        client.batch_execute("TRUNCATE migrations; INSERT INTO migrations TABLE kept").await.unwrap();
        assert!(matches!(&opened, Err(StoreError::Corrupt { .. })), "{change}: {opened:?}");
    }
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://ann@{}/d?connect_timeout=1", silent.local_addr().unwrap());
    let opening = PostgresStore::open(&url, catalog());
    let opened = tokio::time::timeout(Duration::from_secs(30), opening).await.unwrap().map(drop);
    assert!(matches!(&opened, Err(StoreError::Unavailable { reason, .. }) if reason.contains("in time")), "{opened:?}");
}

/// A server that lets a client in and then says nothing: it takes any beginning for a good one.
async fn let_in_and_fall_silent(listener: tokio::net::TcpListener) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut clients = Vec::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let length = client.read_u32().await.unwrap();
        client.read_exact(&mut vec![0; length as usize - 4]).await.unwrap();
        // Authenticated, and ready for the first query.
        client.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").await.unwrap();
        clients.push(client);
    }
}

#[tokio::test]
async fn a_server_that_lets_us_in_and_says_nothing_more_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://ann@{}/d?connect_timeout=1&sslmode=disable", silent.local_addr().unwrap());
    tokio::spawn(let_in_and_fall_silent(silent));
    let opened = tokio::time::timeout(Duration::from_secs(9), PostgresStore::open(&url, catalog())).await;
    let opened = opened.expect("it waits without end").map(drop);
    assert!(matches!(&opened, Err(StoreError::Unavailable { reason, .. }) if reason.contains("in time")), "{opened:?}");
}
