//! Paths of users.

use super::office::{Office, asking};
use super::world::{ALPHA, BETA, Draft, at, from, path, user};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{DisabledPlans, Path, PathError, PathState, Source};
use licensing::change_set::PathChange;
use licensing::ids::{GroupKey, ServicePlanId, SkuKey, UserKey};
use std::sync::Arc;
use uuid::Uuid;

/// A tenant with Ann (0) and Bob (1).
async fn two(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(user(0, "ann")).user(user(1, "bob"))).await;
    office
}

/// Ann's paths, which a query and the facts of a commit agree upon.
async fn paths(office: &Office) -> Vec<Path> {
    let paths = office.find("ann").await.unwrap().paths;
    assert_eq!(office.load(asking(&["ann"], &[])).await.users[&UserKey(0)].paths, paths);
    paths
}

fn drops(sku: SkuKey, source: Source) -> ChangeSet {
    ChangeSet { paths: vec![(UserKey(0), PathChange::Drop(sku, source))], ..ChangeSet::default() }
}

pub async fn every_state_of_a_path_round_trips(store: Arc<dyn Store>) {
    let office = two(store).await;
    let errors = PathError::ALL.map(|(error, _)| error);
    let faulty = errors.into_iter().flat_map(|error| [PathState::Error(error), PathState::ActiveWithError(error)]);
    let states = [PathState::Active, PathState::Removed].into_iter().chain(faulty);
    let expected: Vec<Path> = (0..).zip(states).map(|(group, state)| path(ALPHA, from(group), state)).collect();
    assert_eq!(expected.len(), 14);
    office.write(expected.iter().fold(ChangeSet::default(), |changes, path| changes.puts(0, path.clone()))).await;
    assert_eq!(paths(&office).await, expected);
}

pub async fn disabled_plans_and_times_of_a_path_round_trip(store: Arc<dyn Store>) {
    let office = two(store).await;
    let plans = |count: u128| DisabledPlans::new((0..count).map(|n| ServicePlanId(Uuid::from_u128(n << 64))).collect());
    let times = [0, -1, 1, 999, 1_763_786_402_123, -62_135_596_800_000, 253_402_300_799_999];
    let expected: Vec<Path> = (0..)
        .zip(times)
        .zip([0, 1, 2, 3, 40, 100, 255])
        .map(|((group, time), plan_count)| Path {
            disabled: plans(plan_count),
            assigned_at: at(time),
            updated_at: at(time + 1),
            ..path(BETA, from(group), PathState::Active)
        })
        .collect();
    office.write(expected.iter().fold(ChangeSet::default(), |changes, path| changes.puts(0, path.clone()))).await;
    assert_eq!(paths(&office).await, expected);
}

pub async fn paths_are_in_the_order_of_their_keys(store: Arc<dyn Store>) {
    let office = two(store).await;
    let keys = [
        (ALPHA, Source::Direct),
        (ALPHA, from(0)),
        (ALPHA, from(1)),
        (ALPHA, from(300)),
        (BETA, Source::Direct),
        (BETA, from(0)),
        (SkuKey(256), from(70_000)),
    ];
    let changes = keys.into_iter().rev().fold(ChangeSet::default(), |changes, (sku, source)| {
        changes.puts(0, path(sku, source, PathState::Active)).puts(1, path(sku, source, PathState::Removed))
    });
    office.write(changes).await;
    assert_eq!(paths(&office).await.iter().map(Path::key).collect::<Vec<_>>(), keys);
}

pub async fn a_path_is_replaced(store: Arc<dyn Store>) {
    let office = two(store).await;
    let old = path(ALPHA, from(0), PathState::Error(PathError::Count));
    let new = Path { updated_at: at(9_000), state: PathState::Active, ..old.clone() };
    let other = path(ALPHA, Source::Direct, PathState::Active);
    office.write(ChangeSet::default().puts(0, old.clone()).puts(0, other.clone()).puts(1, old.clone())).await;
    office.write(ChangeSet::default().puts(0, new.clone())).await;
    assert_eq!(paths(&office).await, [other, new]);
    assert_eq!(office.find("bob").await.unwrap().paths, [old]);
}

pub async fn a_dropped_path_leaves_no_trace(store: Arc<dyn Store>) {
    let office = two(store).await;
    let (dropped, other) = (PathState::Error(PathError::Count), path(BETA, from(0), PathState::Active));
    let changes = ChangeSet::default().puts(0, path(ALPHA, from(0), dropped)).puts(0, other.clone());
    office.write(changes.puts(1, path(ALPHA, from(0), dropped))).await;
    office.write(drops(ALPHA, from(0))).await;
    office.write(drops(ALPHA, Source::Direct)).await;
    assert_eq!(paths(&office).await, [other]);
    assert_eq!(office.users(UserSet::WithErrorsFrom(GroupKey(0))).await, [1]);
}

pub async fn a_removed_path_stays_as_a_tombstone(store: Arc<dyn Store>) {
    let office = two(store).await;
    let held = path(ALPHA, Source::Direct, PathState::Active);
    let removed = Path { state: PathState::Removed, updated_at: at(9_123), ..held.clone() };
    office.write(ChangeSet::default().puts(0, held.clone())).await;
    office.write(ChangeSet::default().puts(0, removed.clone())).await;
    assert_eq!(paths(&office).await, [removed]);
    assert_eq!(office.find("ann").await.unwrap().path(ALPHA, Source::Direct), None);
    office.write(ChangeSet::default().puts(0, held.clone())).await;
    assert_eq!(paths(&office).await, [held]);
}

pub async fn the_last_change_of_a_path_wins(store: Arc<dyn Store>) {
    let office = two(store).await;
    let (error, active) = (path(ALPHA, from(0), PathState::Error(PathError::Count)), PathState::Active);
    let mut changes = ChangeSet::default().puts(0, error.clone()).puts(0, path(ALPHA, from(0), active));
    changes.then(ChangeSet::default().puts(0, path(BETA, from(0), active)));
    changes.then(drops(BETA, from(0)));
    changes.then(drops(BETA, Source::Direct));
    changes.then(ChangeSet::default().puts(0, path(BETA, Source::Direct, active)));
    office.write(changes).await;
    assert_eq!(paths(&office).await, [path(ALPHA, from(0), active), path(BETA, Source::Direct, active)]);
}

pub async fn writing_a_user_leaves_its_paths_alone(store: Arc<dyn Store>) {
    let office = two(store).await;
    let kept = path(ALPHA, Source::Direct, PathState::Active);
    let mut changed = user(0, "ann");
    (changed.paths, changed.usage_location) = (vec![path(BETA, Source::Direct, PathState::Active)], None);
    office.write(ChangeSet::default().puts(0, kept.clone())).await;
    office.write(ChangeSet::default().user(changed)).await;
    assert_eq!(paths(&office).await, [kept]);
    assert_eq!(office.find("ann").await.unwrap().usage_location, None);
}

pub async fn paths_of_thousands_of_users_are_written_at_once(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let users = (0..4_000).map(|key| user(key, &format!("user-{key}"))).collect();
    office.write(ChangeSet { users, ..ChangeSet::default() }).await;
    let error = PathState::Error(PathError::Count);
    let put = (0..4_000).fold(ChangeSet::default(), |changes, key| {
        changes.puts(key, path(ALPHA, from(0), error)).puts(key, path(BETA, from(0), error))
    });
    office.write(put).await;
    assert_eq!(office.users(UserSet::WithErrorsFrom(GroupKey(0))).await.len(), 4_000);
    let dropped = (0..4_000).map(|key| (UserKey(key), PathChange::Drop(ALPHA, from(0))));
    office.write(ChangeSet { paths: dropped.collect(), ..ChangeSet::default() }).await;
    assert_eq!(office.find("user-3999").await.unwrap().paths, [path(BETA, from(0), error)]);
}
