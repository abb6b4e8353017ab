//! What one commit takes along.

use crate::postgres_nodes::{OFFICE, database, node, office, stranger};
use engine::Engine;
use engine::clock::SystemClock;
use engine::store::Store;
use engine::use_cases::Settings;
use licensing::decide::buy_subscription::BuySubscription;
use licensing::directory::Member;
use licensing::facts::Scope;
use licensing::ids::{GroupKey, SubscriptionId, UserKey};
use licensing::{ChangeSet, Command};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Longer than a command takes to its queue.
const A_MOMENT: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_come_while_another_node_has_the_tenant_are_committed_together() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 1).await;
    let sku = node.tenants().await.unwrap()[0].skus.values().next().unwrap().product.id;
    let engine = Engine::new(node, Arc::new(SystemClock), Settings::default());
    let other = stranger(&database).await;
    other.batch_execute("BEGIN; SELECT 1 FROM tenants FOR UPDATE").await.unwrap();

    let mut buyers = Vec::new();
    for number in 0..8 {
        let engine = engine.clone();
        let id = SubscriptionId(Uuid::from_u128(100 + number));
        let buy = BuySubscription { id, sku, total_licenses: 1, is_trial: false, until: None };
        let command = Command::BuySubscription(buy);
        buyers.push(tokio::spawn(async move { engine.run_as_operator(OFFICE, command).await }));
        // The first one waits for the lock when the second one comes.
        tokio::time::sleep(A_MOMENT).await;
    }
    assert!(buyers.iter().all(|buyer| !buyer.is_finished()));
    other.batch_execute("COMMIT").await.unwrap();
    for buyer in buyers {
        buyer.await.unwrap().unwrap();
    }

    let commits = "SELECT count(*), count(DISTINCT xmin::text) FROM subscriptions WHERE total_licenses = 1
         AND id <> '00000000-0000-0000-0000-000000000007'";
    let row = other.query_one(commits, &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1)), (8_i64, 1_i64));
}

#[tokio::test]
async fn a_change_set_may_have_more_rows_than_a_statement() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 1).await;
    let counted = stranger(&database).await;
    for (present, count) in [(true, 25_000), (false, 0)] {
        let memberships = (0..25_000).map(|user| (GroupKey(0), Member::User(UserKey(user)), present)).collect();
        let changes = ChangeSet { memberships, ..ChangeSet::default() };
        node.commit(OFFICE, Scope::default(), Box::new(|_| changes)).await.unwrap();
        let rows = counted.query_one("SELECT count(*) FROM memberships", &[]).await.unwrap();
        assert_eq!(rows.get::<_, i64>(0), count);
    }
}
