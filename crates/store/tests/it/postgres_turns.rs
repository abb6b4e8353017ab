//! Which of several nodes does a tenant's work.

use crate::postgres_nodes::{OFFICE, database, node, office, run, stranger};
use engine::store::Store;
use licensing::ChangeSet;
use licensing::facts::{Fence, Scope};
use licensing::ids::TenantKey;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::postgres::PostgresStore;

/// Longer than a test takes.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

async fn claim(node: &PostgresStore, lasts: Duration) -> Option<Fence> {
    node.claim_work(OFFICE, lasts).await.unwrap()
}

/// The number of the turn in which a commit is.
async fn turn(node: &PostgresStore) -> Fence {
    let seen: Arc<Mutex<Option<Fence>>> = Arc::default();
    let slot = seen.clone();
    let look = Box::new(move |facts: licensing::Facts| {
        *slot.lock().unwrap() = Some(facts.fence);
        ChangeSet::default()
    });
    node.commit(OFFICE, Scope::default(), look).await.unwrap();
    seen.lock().unwrap().take().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_nodes_that_want_the_same_work_one_has_it() {
    let database = database().await;
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(node(&database).await);
    }
    office(&nodes[0], 1).await;
    for round in 1..10 {
        let claims = nodes.iter().cloned().map(|node| tokio::spawn(async move { claim(&node, LONG).await }));
        let mut claimed = Vec::new();
        for claim in claims.collect::<Vec<_>>() {
            claimed.push(claim.await.unwrap());
        }
        assert_eq!(claimed.iter().flatten().count(), 1, "round {round}: {claimed:?}");
        for node in &nodes {
            node.give_back_work(OFFICE).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_that_ended_is_taken_over_with_a_higher_number() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    let first = claim(&one, SHORT).await.unwrap();
    tokio::time::sleep(SHORT * 2).await;
    let second = claim(&other, SHORT).await.unwrap();
    assert!(second > first);
    // Both see whose turn it is.
    assert_eq!((turn(&one).await, turn(&other).await), (second, second));
    tokio::time::sleep(SHORT * 2).await;
    assert!(claim(&one, SHORT).await.unwrap() > second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_lasts_for_as_long_as_somebody_goes_on_with_it() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    let first = claim(&one, SHORT).await;
    assert_eq!(claim(&one, LONG).await, first);
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(claim(&other, LONG).await, None);
    // Who was late, and whom nobody replaced, has lost nothing.
    assert_eq!(claim(&one, SHORT).await, first);
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(claim(&one, LONG).await, first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_is_given_back_waits_for_nobody() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    let first = claim(&one, LONG).await.unwrap();
    // What is not one's own cannot be given back.
    other.give_back_work(OFFICE).await.unwrap();
    assert_eq!(claim(&other, LONG).await, None);
    one.give_back_work(OFFICE).await.unwrap();
    assert!(claim(&other, LONG).await.unwrap() > first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_is_not_taken_over_while_a_commit_is_under_way() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    let first = claim(&one, Duration::ZERO).await.unwrap();
    let (decided, decision) = std::sync::mpsc::channel::<()>();
    let committing = one.clone();
    let commit = tokio::spawn(async move {
        let decide = Box::new(move |facts: licensing::Facts| {
            decision.recv().unwrap();
            assert_eq!(facts.fence, first);
            ChangeSet::default()
        });
        committing.commit(OFFICE, Scope::default(), decide).await.unwrap();
    });
    tokio::time::sleep(SHORT).await;
    let taker = other.clone();
    // It waits only briefly each time.
    let takes = tokio::spawn(async move {
        loop {
            if let Ok(claimed) = taker.claim_work(OFFICE, LONG).await {
                return claimed;
            }
        }
    });
    tokio::time::sleep(SHORT * 12).await;
    assert!(!takes.is_finished(), "a commit of the turn before may still come");
    decided.send(()).unwrap();
    commit.await.unwrap();
    assert!(takes.await.unwrap().unwrap() > first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_looks_for_work_does_not_wait_long_for_a_tenant_that_is_locked() {
    let database = database().await;
    let (one, other) = (node(&database).await, stranger(&database).await);
    office(&one, 1).await;
    let first = claim(&one, SHORT).await.unwrap();
    other.batch_execute("BEGIN; SELECT 1 FROM tenants FOR UPDATE").await.unwrap();
    let waited = Instant::now();
    one.claim_work(OFFICE, LONG).await.unwrap_err();
    one.give_back_work(OFFICE).await.unwrap_err();
    assert!(waited.elapsed() < Duration::from_secs(2), "it took {:?}", waited.elapsed());
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(claim(&one, LONG).await, Some(first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_of_the_server_that_was_set_back_keeps_no_work_waiting() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    office(&one, 1).await;
    let first = claim(&one, LONG).await.unwrap();
    run(&database, "UPDATE tenants SET lease_until = lease_until + INTERVAL '1 day'").await;
    assert!(claim(&other, LONG).await.unwrap() > first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_that_is_not_there_has_no_work() {
    let database = database().await;
    assert_eq!(node(&database).await.claim_work(TenantKey(9), LONG).await.unwrap(), None);
}
