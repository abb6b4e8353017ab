//! What becomes of those who are decided together when the store does not take what one of them wants.

use engine::builtin_catalog::builtin_catalog;
use engine::store::{Store, StoreError};
use engine::writer::{Writer, own_context};
use engine::{EngineError, world};
use licensing::decide::buy_subscription::BuySubscription;
use licensing::ids::{SubscriptionId, TenantKey};
use licensing::time::Timestamp;
use licensing::{ChangeSet, Command};
use serde_json::json;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;
use store::memory::MemoryStore;
use uuid::Uuid;

const TENANT: TenantKey = TenantKey(1);
/// Nobody sells so many; the planted store takes no such purchase.
const UNSELLABLE: u32 = 666;

/// Longer than the writer takes for a handful of commands.
const TIME_MAX: Duration = Duration::from_secs(10);

/// How many purchases each commit was to write.
type Commits = Arc<Mutex<Vec<usize>>>;

fn holds_what_is_refused(changes: &ChangeSet) -> bool {
    changes.subscriptions.iter().any(|(_, _, bought)| bought.total_licenses == UNSELLABLE)
}

/// A tenant on a store that refuses what `refuses` says, and what was to be written there.
async fn market(refuses: fn(&ChangeSet) -> bool) -> (Arc<MemoryStore>, Commits) {
    let commits = Commits::default();
    let noted = commits.clone();
    let store = MemoryStore::new(builtin_catalog()).refusing(move |changes| {
        noted.lock().unwrap().push(changes.subscriptions.len());
        refuses(changes)
    });
    let world = json!({ "tenants": [{ "id": Uuid::from_u128(1), "verifiedDomains": ["contoso.example"],
        "subscriptions": [{ "skuPartNumber": "FLOW_FREE", "totalLicenses": 1 }] }] });
    let tenants = world::build(world::parse(&world.to_string()).unwrap(), builtin_catalog(), Timestamp::default());
    assert!(store.create_tenants(tenants.unwrap()).await.unwrap());
    (Arc::new(store), commits)
}

type Answer = Pin<Box<dyn Future<Output = Result<(), EngineError>>>>;

/// Has a tenant buy so many units each time. All purchases wait together before the first is decided.
async fn queued(store: &Arc<MemoryStore>, writer: &Writer, units: &[u32]) -> Vec<Answer> {
    let sku = store.tenants().await.unwrap()[0].skus.values().next().unwrap().product.id;
    let mut answers = Vec::new();
    for units in units {
        let id = SubscriptionId(Uuid::from_u128((*units).into()));
        let buy = BuySubscription { id, sku, total_licenses: *units, is_trial: false, until: None };
        let (writer, context) = (writer.clone(), own_context(Timestamp::default()));
        let run = async move { writer.run(Command::BuySubscription(buy), context).await.map(drop) };
        let mut answer: Answer = Box::pin(run);
        // Polled once, it is in the queue.
        assert!(answer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        answers.push(answer);
    }
    answers
}

async fn bought(store: &Arc<MemoryStore>, writer: &Writer, units: &[u32]) -> Vec<Result<(), EngineError>> {
    let answers = queued(store, writer, units).await;
    let mut told = Vec::new();
    for answer in answers {
        told.push(answer.await);
    }
    told
}

/// The units of all purchases that the store has.
async fn kept(store: &MemoryStore) -> Vec<u32> {
    let tenant = store.tenants().await.unwrap().remove(0);
    let subscriptions = tenant.skus.values().flat_map(|sku| &sku.subscriptions);
    let mut units: Vec<u32> = subscriptions.map(|bought| bought.total_licenses).collect();
    units.sort_unstable();
    units
}

fn writer(store: &Arc<MemoryStore>) -> Writer {
    Writer::start(store.clone(), TENANT, Arc::new(|| {}))
}

#[tokio::test]
async fn only_the_command_fails_whose_data_the_store_does_not_take() {
    let (store, commits) = market(holds_what_is_refused).await;
    let told = bought(&store, &writer(&store), &[10, 20, UNSELLABLE, 30]).await;
    assert!(matches!(told[2], Err(EngineError::Store(StoreError::Unstorable { .. }))), "{told:?}");
    assert!([0, 1, 3].iter().all(|other| told[*other].is_ok()), "{told:?}");
    assert_eq!(kept(&store).await, [1, 10, 20, 30]);
    // All together once, then each alone.
    assert_eq!(*commits.lock().unwrap(), [4, 1, 1, 1, 1]);
}

#[tokio::test]
async fn those_who_come_later_are_decided_together_again() {
    let (store, commits) = market(holds_what_is_refused).await;
    let writer = writer(&store);
    let first = queued(&store, &writer, &[10, UNSELLABLE]).await;
    // The writer has seen that the two cannot be written together, and is in the middle of them.
    let in_the_middle = async {
        while commits.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(tokio::time::timeout(TIME_MAX, in_the_middle).await.is_ok(), "the first two were not committed again");
    let told = bought(&store, &writer, &[40, 50]).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    let mut of_the_first = Vec::new();
    for answer in first {
        of_the_first.push(answer.await.is_ok());
    }
    assert_eq!(of_the_first, [true, false]);
    assert_eq!(*commits.lock().unwrap(), [2, 1, 1, 2]);
}

#[tokio::test]
async fn what_the_store_takes_is_committed_once() {
    let (store, commits) = market(|_| false).await;
    let told = bought(&store, &writer(&store), &[10, UNSELLABLE, 30]).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(*commits.lock().unwrap(), [3]);
}

#[tokio::test]
async fn what_fails_before_the_tenant_is_locked_is_not_repeated() {
    let (store, commits) = market(|_| false).await;
    let nobody = Writer::start(store.clone(), TenantKey(2), Arc::new(|| {}));
    let told = bought(&store, &nobody, &[10, 20, 30]).await;
    assert!(told.iter().all(|told| matches!(told, Err(EngineError::Store(StoreError::Corrupt { .. })))), "{told:?}");
    assert_eq!(*commits.lock().unwrap(), Vec::<usize>::new());
}

#[tokio::test]
async fn a_failed_command_is_logged_where_nobody_waits_for_its_answer() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let logged = || std::fs::read_to_string(log.path()).unwrap();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.reopen().unwrap()).finish();
    let _logs = tracing::subscriber::set_default(subscriber);
    let (store, _) = market(holds_what_is_refused).await;
    let writer = writer(&store);
    assert!(bought(&store, &writer, &[UNSELLABLE]).await[0].is_err());
    assert_eq!(logged(), "", "whoever asked knows it");
    drop(queued(&store, &writer, &[UNSELLABLE]).await);
    // It is done after what was queued before it.
    bought(&store, &writer, &[10]).await;
    let text = logged();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("engine.commit failed") && text.contains("tenant=1"), "{text}");
    assert!(text.contains("could not commit a change: it is to be refused"), "{text}");
}
