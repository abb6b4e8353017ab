//! Work that waits.

use super::office::Office;
use super::world::{ALPHA, BETA, Draft, at, group, new_tenant, queued, user};
use engine::store::{Store, Waiting};
use licensing::ChangeSet;
use licensing::facts::{Progress, Work};
use licensing::ids::{GroupKey, SkuKey, TenantKey, UserKey};
use std::sync::Arc;

/// A tenant with users 0 to 2 and groups 0 and 1.
async fn three(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let people = ChangeSet::default().user(user(0, "ann")).user(user(1, "bob")).user(user(2, "eve"));
    office.write(people.group(group(0, "staff")).group(group(1, "sales"))).await;
    office
}

/// What waits, by work.
async fn waiting(office: &Office) -> Vec<(Work, Progress)> {
    let waiting = office.store.waiting(office.key).await.unwrap().value;
    let mut waiting: Vec<_> = waiting.into_iter().map(|Waiting { work, progress }| (work, progress)).collect();
    waiting.sort_by_key(|(work, _)| *work);
    waiting
}

fn marks(users: &[u32]) -> ChangeSet {
    ChangeSet { pending_users: users.iter().copied().map(UserKey).collect(), ..ChangeSet::default() }
}

fn settles(users: &[u32]) -> ChangeSet {
    ChangeSet { settled_users: users.iter().copied().map(UserKey).collect(), ..ChangeSet::default() }
}

fn group_waits(group: u32, progress: Option<Progress>) -> ChangeSet {
    ChangeSet { pending_groups: vec![(GroupKey(group), progress)], ..ChangeSet::default() }
}

fn sku_waits(sku: SkuKey, progress: Option<Progress>) -> ChangeSet {
    ChangeSet { pending_skus: vec![(sku, progress)], ..ChangeSet::default() }
}

fn advanced() -> Progress {
    Progress { cursor: Some(UserKey(0)), succeeded: 7, failed: 3_000_000_000, queued_at: at(-5) }
}

async fn marked(office: &Office) -> u64 {
    office.store.marked_users(office.key).await.unwrap()
}

pub async fn nothing_waits_at_first(store: Arc<dyn Store>) {
    let office = three(store).await;
    assert!(waiting(&office).await.is_empty());
    assert_eq!(marked(&office).await, 0);
}

pub async fn marked_users_wait_as_one_work(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(marks(&[0, 2])).await;
    assert_eq!(waiting(&office).await, [(Work::Users, Progress::default())]);
    assert_eq!(marked(&office).await, 2);
}

pub async fn settled_users_are_no_longer_marked(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(marks(&[0, 1, 2])).await;
    office.write(settles(&[0, 2])).await;
    assert_eq!(marked(&office).await, 1);
    office.write(settles(&[0, 1])).await;
    assert_eq!(marked(&office).await, 0);
    assert!(waiting(&office).await.is_empty());
}

pub async fn a_user_marked_twice_is_marked_once(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(marks(&[1])).await;
    office.write(marks(&[0, 1])).await;
    assert_eq!(marked(&office).await, 2);
}

pub async fn a_user_settled_and_marked_again_stays_marked(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(marks(&[0, 1])).await;
    let mut changes = settles(&[0, 1]);
    changes.then(marks(&[0]));
    office.write(changes).await;
    assert_eq!(marked(&office).await, 1);
    office.write(ChangeSet { pending_users: [UserKey(0)].into(), ..settles(&[0]) }).await;
    assert_eq!(marked(&office).await, 1);
    let mut changes = marks(&[2]);
    changes.then(settles(&[2]));
    office.write(changes).await;
    assert_eq!(marked(&office).await, 1);
}

pub async fn a_group_waits_with_its_progress(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(group_waits(0, Some(queued()))).await;
    office.write(group_waits(1, Some(advanced()))).await;
    let expected = [(Work::Group(GroupKey(0)), queued()), (Work::Group(GroupKey(1)), advanced())];
    assert_eq!(waiting(&office).await, expected);
    assert_eq!(marked(&office).await, 0);
}

pub async fn progress_is_replaced_and_removed(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(group_waits(0, Some(advanced()))).await;
    office.write(group_waits(0, Some(queued()))).await;
    assert_eq!(waiting(&office).await, [(Work::Group(GroupKey(0)), queued())]);
    office.write(group_waits(0, None)).await;
    office.write(group_waits(1, None)).await;
    assert!(waiting(&office).await.is_empty());
}

pub async fn a_sku_waits_with_its_progress(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(sku_waits(ALPHA, Some(queued()))).await;
    office.write(sku_waits(BETA, Some(queued()))).await;
    office.write(sku_waits(BETA, Some(advanced()))).await;
    assert_eq!(waiting(&office).await, [(Work::Sku(ALPHA), queued()), (Work::Sku(BETA), advanced())]);
    office.write(sku_waits(ALPHA, None)).await;
    assert_eq!(waiting(&office).await, [(Work::Sku(BETA), advanced())]);
}

pub async fn the_last_progress_of_a_change_set_wins(store: Arc<dyn Store>) {
    let office = three(store).await;
    let mut changes = group_waits(0, Some(advanced()));
    changes.then(group_waits(0, None));
    changes.then(group_waits(1, None));
    changes.then(group_waits(1, Some(queued())));
    changes.then(sku_waits(ALPHA, Some(queued())));
    changes.then(sku_waits(ALPHA, None));
    changes.then(sku_waits(BETA, None));
    changes.then(sku_waits(BETA, Some(advanced())));
    office.write(changes).await;
    assert_eq!(waiting(&office).await, [(Work::Group(GroupKey(1)), queued()), (Work::Sku(BETA), advanced())]);
}

pub async fn works_of_all_kinds_wait_together(store: Arc<dyn Store>) {
    let office = three(store).await;
    let mut changes = group_waits(0, Some(queued()));
    changes.then(marks(&[0]));
    changes.then(sku_waits(ALPHA, Some(advanced())));
    office.write(changes).await;
    let expected =
        [(Work::Group(GroupKey(0)), queued()), (Work::Users, Progress::default()), (Work::Sku(ALPHA), advanced())];
    assert_eq!(waiting(&office).await, expected);
}

pub async fn tenants_in_which_work_of_any_kind_waits_are_known(store: Arc<dyn Store>) {
    let names = ["idle", "marked", "group", "sku", "idle too", "all"];
    assert!(store.create_tenants(names.map(new_tenant).into()).await.unwrap());
    let at_first = store.tenants_with_work().await.unwrap();
    assert!(at_first.is_empty());
    let office = |key: u32| Office { store: store.clone(), key: TenantKey(key) };
    for key in 1..=6 {
        office(key)
            .write(ChangeSet::default().user(user(0, "ann")).user(user(1, "bob")).group(group(0, "staff")))
            .await;
    }
    office(2).write(marks(&[0, 1])).await;
    office(3).write(group_waits(0, Some(queued()))).await;
    office(4).write(sku_waits(ALPHA, Some(queued()))).await;
    let mut all = marks(&[1]);
    all.then(group_waits(0, Some(queued())));
    all.then(sku_waits(ALPHA, Some(queued())));
    office(6).write(all).await;
    assert_eq!(store.tenants_with_work().await.unwrap(), [2, 3, 4, 6].map(TenantKey));
    office(2).write(settles(&[0])).await;
    office(3).write(group_waits(0, None)).await;
    assert_eq!(store.tenants_with_work().await.unwrap(), [2, 4, 6].map(TenantKey));
}
