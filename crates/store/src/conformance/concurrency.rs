//! Commits and reads at the same time.

use super::office::{ALL, Office, asking};
use super::world::{ALPHA, Draft, group, licenses, properties, user, with_properties};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::directory::Value;
use licensing::facts::{Facts, Scope};
use licensing::ids::UserKey;
use std::future::Future;
use std::sync::Arc;

/// Starts all of these at once, and waits for them.
async fn together<F: Future<Output = ()> + Send + 'static>(tasks: impl IntoIterator<Item = F>) {
    let tasks: Vec<_> = tasks.into_iter().map(|task| tokio::spawn(task)).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Commits what `decide` makes of the facts.
async fn decide(office: Office, scope: Scope, decide: impl FnOnce(Facts) -> ChangeSet + Send + 'static) {
    office.store.commit(office.key, scope, Box::new(decide)).await.unwrap();
}

/// The number that the user of key 0 carries.
fn number(facts: &Facts) -> i64 {
    match facts.users[&UserKey(0)].profile.as_ref().unwrap().properties.get("number") {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

fn count_up(facts: Facts) -> ChangeSet {
    let next = properties(&[("number", Value::Int(number(&facts) + 1))]);
    ChangeSet::default().user(with_properties(user(0, "ann"), next))
}

pub async fn commits_of_one_tenant_are_serial(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(user(0, "ann"))).await;
    together((0..50).map(|_| decide(office.clone(), asking(&["ann"], &[]), count_up))).await;
    assert_eq!(number(&office.load(asking(&["ann"], &[])).await), 50);
}

pub async fn seats_are_never_sold_twice(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let take_one_of_thirty = |facts: Facts| {
        let taken = facts.consumed.get(&ALPHA).copied().unwrap_or(0);
        let consumed = if taken < 30 { [(ALPHA, 1)].into() } else { Default::default() };
        ChangeSet { consumed, ..ChangeSet::default() }
    };
    together((0..50).map(|_| decide(office.clone(), Scope::default(), take_one_of_thirty))).await;
    assert_eq!(office.seats().await, [(ALPHA, 30)].into());
}

pub async fn keys_are_never_given_twice(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let create = |name: String| move |facts: Facts| ChangeSet::default().user(user(facts.next_keys.user.0, &name));
    together((0..50).map(|n| decide(office.clone(), Scope::default(), create(format!("user-{n}"))))).await;
    assert_eq!(office.users(UserSet::All).await.len(), 50);
}

pub async fn commits_of_two_tenants_do_not_mix(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    one.write(ChangeSet::default().user(user(0, "ann"))).await;
    other.write(ChangeSet::default().user(user(0, "ann"))).await;
    let offices = (0..60).map(|n| if n % 3 == 0 { one.clone() } else { other.clone() });
    together(offices.map(|office| decide(office, asking(&["ann"], &[]), count_up))).await;
    assert_eq!(number(&one.load(asking(&["ann"], &[])).await), 20);
    assert_eq!(number(&other.load(asking(&["ann"], &[])).await), 40);
}

pub async fn a_read_sees_a_commit_wholly_or_not_at_all(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let writer = tokio::spawn(write_pairs(office.clone()));
    let mut seen = 0;
    while seen < 80 {
        // One read: a count beside it would be of another moment.
        seen = office.store.users(office.key, UserSet::All, None, ALL).await.unwrap().value.len();
        assert_eq!(seen % 2, 0, "half a commit was read");
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

/// Writes forty pairs of users, each in one commit.
async fn write_pairs(office: Office) {
    for key in (0..80).step_by(2) {
        let one = user(key, &format!("user-{key}"));
        let other = user(key + 1, &format!("user-{}", key + 1));
        office.write(ChangeSet::default().user(one).user(other)).await;
    }
}

pub async fn a_read_sees_the_tenant_of_the_same_moment(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let writer = tokio::spawn(write_with_structure(office.clone()));
    let mut seen = 0;
    while seen < 40 {
        let read = office.store.users(office.key, UserSet::All, None, 100).await.unwrap();
        seen = read.value.len();
        assert_eq!(read.tenant.licensed_groups.len(), seen, "the tenant is of another moment");
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

/// Writes forty users, each in one commit with a licensed group.
async fn write_with_structure(office: Office) {
    for key in 0..40 {
        let name = format!("group-{key}");
        let changes = ChangeSet::default().user(user(key, &format!("user-{key}"))).group(group(key, &name));
        office.write(changes.licenses(key, licenses(&name, key, &[ALPHA]))).await;
    }
}
