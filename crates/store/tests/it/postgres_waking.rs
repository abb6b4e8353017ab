//! When nodes are told of work, and when they are not.

use crate::postgres_nodes::{OFFICE, database, node, office, run, take_a_free_seat};
use engine::store::{Store, StoreError};
use licensing::ChangeSet;
use licensing::facts::{Progress, Scope};
use licensing::ids::{GroupKey, SkuKey, UserKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::postgres::{PostgresStore, ScratchDatabase};
use tokio::task::JoinHandle;

/// As long as telling may take.
const SOON: Duration = Duration::from_millis(300);

/// A node that counts how often it is woken.
struct Listener {
    woken: Arc<AtomicUsize>,
    listening: JoinHandle<Result<(), StoreError>>,
}

impl Listener {
    /// One that listens already.
    async fn on(database: &ScratchDatabase) -> Self {
        let (node, woken) = (node(database).await, Arc::<AtomicUsize>::default());
        let count = woken.clone();
        let wake = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let listening = tokio::spawn(async move { node.listen_for_work(&wake).await });
        let listener = Self { woken, listening };
        while listener.woken.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        listener.woken.store(0, Ordering::SeqCst);
        listener
    }

    async fn woken(&self) -> usize {
        tokio::time::sleep(SOON).await;
        self.woken.swap(0, Ordering::SeqCst)
    }
}

async fn write(node: &PostgresStore, changes: ChangeSet) {
    node.commit(OFFICE, Scope::default(), Box::new(|_| changes)).await.unwrap();
}

fn marks(user: u32) -> ChangeSet {
    ChangeSet { pending_users: [UserKey(user)].into(), ..ChangeSet::default() }
}

fn settles(user: u32) -> ChangeSet {
    ChangeSet { settled_users: vec![UserKey(user)], ..ChangeSet::default() }
}

fn cursor(user: u32) -> Option<Progress> {
    Some(Progress { cursor: Some(UserKey(user)), ..Progress::default() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_listens_is_told_of_work_of_each_kind() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    let listeners = [Listener::on(&database).await, Listener::on(&database).await];
    let (group, sku, begins) = (GroupKey(0), SkuKey(0), Some(Progress::default()));
    for (begins, ends) in [
        (marks(0), settles(0)),
        (
            ChangeSet { pending_groups: vec![(group, begins)], ..ChangeSet::default() },
            ChangeSet { pending_groups: vec![(group, None)], ..ChangeSet::default() },
        ),
        (
            ChangeSet { pending_rules: vec![(group, begins)], ..ChangeSet::default() },
            ChangeSet { pending_rules: vec![(group, None)], ..ChangeSet::default() },
        ),
        (
            ChangeSet { pending_skus: vec![(sku, begins)], ..ChangeSet::default() },
            ChangeSet { pending_skus: vec![(sku, None)], ..ChangeSet::default() },
        ),
    ] {
        write(&node, begins).await;
        for listener in &listeners {
            assert_eq!(listener.woken().await, 1);
        }
        write(&node, ends).await;
        assert_eq!(listeners[0].woken().await, 0, "work that is done is no work");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_when_no_work_is_left_or_some_waits_already() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    let listener = Listener::on(&database).await;
    node.commit(OFFICE, Scope::default(), Box::new(take_a_free_seat)).await.unwrap();
    assert_eq!(listener.woken().await, 0, "a commit that leaves nothing to do");
    let refused = node.commit(OFFICE, Scope::default(), Box::new(|_| panic!("the decision panics"))).await;
    assert!(refused.is_err());
    assert_eq!(listener.woken().await, 0, "a commit that came to nothing");
    write(&node, marks(0)).await;
    assert_eq!(listener.woken().await, 1);
    write(&node, marks(1)).await;
    write(&node, ChangeSet { pending_skus: vec![(SkuKey(0), Some(Progress::default()))], ..ChangeSet::default() })
        .await;
    write(&node, ChangeSet { pending_skus: vec![(SkuKey(0), cursor(3))], ..ChangeSet::default() }).await;
    assert_eq!(listener.woken().await, 0, "somebody is at work already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_listens_is_told_when_a_turn_is_given_back() {
    let database = database().await;
    let node = node(&database).await;
    office(&node, 5).await;
    let listener = Listener::on(&database).await;
    node.claim_work(OFFICE, SOON).await.unwrap().unwrap();
    assert_eq!(listener.woken().await, 0, "nobody else can do anything");
    node.give_back_work(OFFICE).await.unwrap();
    assert_eq!(listener.woken().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_the_connection_is_told_so() {
    let database = database().await;
    let listener = Listener::on(&database).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(&database, kill).await;
    let ended = listener.listening.await.unwrap().unwrap_err();
    assert!(ended.to_string().starts_with("could not listen for work: "), "{ended}");
}
