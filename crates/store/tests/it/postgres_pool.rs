//! The connections that a node keeps.

use crate::postgres_nodes::{database, node, stranger};
use engine::store::Store;
use std::time::{Duration, Instant};
use store::conformance::catalog;
use store::postgres::PostgresStore;

/// Longer than a request takes to its lock.
const A_MOMENT: Duration = Duration::from_millis(200);
/// A server that computes or waits looks each second whether its client is there.
const NOTICED: Duration = Duration::from_secs(5);
/// For what waits for nothing, on a machine that is busy.
const AT_ONCE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn nobody_waits_behind_a_read_that_was_cancelled() {
    let database = database().await;
    let node = node(&database).await;
    let other = stranger(&database).await;
    other.batch_execute("BEGIN; LOCK TABLE tenants").await.unwrap();
    assert!(tokio::time::timeout(A_MOMENT, node.tenants()).await.is_err(), "it waits for the lock");
    let next = tokio::time::timeout(AT_ONCE, node.roles(licensing::ids::TenantKey(1), None)).await;
    assert_eq!(next.expect("it waited behind the cancelled one").unwrap(), Vec::new());
}

#[tokio::test]
async fn the_server_ends_what_was_cancelled_although_it_waits() {
    let database = database().await;
    let node = node(&database).await;
    let other = stranger(&database).await;
    other.batch_execute("BEGIN; LOCK TABLE tenants").await.unwrap();
    assert!(tokio::time::timeout(A_MOMENT, node.tenants()).await.is_err(), "it waits for the lock");
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'seatwright' AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while other.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(begun.elapsed() < NOTICED, "the server goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_connection_on_which_a_statement_was_refused_is_kept() {
    let database = database().await;
    let node = node(&database).await;
    let other = stranger(&database).await;
    let mine = "SELECT string_agg(pid::text, ',') FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'seatwright'";
    let before: Option<String> = other.query_one(mine, &[]).await.unwrap().get(0);
    other.batch_execute("ALTER TABLE tenant_ids RENAME TO elsewhere").await.unwrap();
    let refused = node.tenant(licensing::ids::TenantId(uuid::Uuid::nil())).await;
    other.batch_execute("ALTER TABLE elsewhere RENAME TO tenant_ids").await.unwrap();
    refused.unwrap_err();
    node.tenants().await.unwrap();
    let after: Option<String> = other.query_one(mine, &[]).await.unwrap().get(0);
    assert_eq!(after, before);
}

#[tokio::test]
async fn at_the_limit_of_the_role_requests_wait_for_a_connection_that_there_is() {
    let database = database().await;
    let other = stranger(&database).await;
    let role = format!("seatwright_few_{}", std::process::id());
    let few = format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT 1; GRANT ALL ON SCHEMA public TO {role};
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"
    );
    other.batch_execute(&few).await.unwrap();
    let node = PostgresStore::open(&format!("{}&user={role}", database.url()), catalog()).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..10 {
        let (one, two, three) = tokio::join!(node.tenants(), node.tenants(), node.tenants());
        answers.extend([one, two, three]);
    }
    drop(node);
    other.batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}
