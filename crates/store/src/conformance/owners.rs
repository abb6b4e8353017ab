//! Owners of groups.

use super::office::{Office, asking};
use super::world::{Draft, deleted, deleted_group, group, id, user};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::directory::Member;
use licensing::facts::Scope;
use licensing::ids::{GroupKey, UserKey};
use std::sync::Arc;

const STAFF: GroupKey = GroupKey(0);
const ANN: UserKey = UserKey(0);
const BOB: UserKey = UserKey(1);

/// Ann and Bob (0 and 1), and two groups (0 and 1) without owners.
async fn two(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let people = ChangeSet::default().user(user(0, "ann")).user(user(1, "bob"));
    office.write(people.group(group(0, "staff")).group(group(1, "sales"))).await;
    office
}

fn owns(of: &[(GroupKey, UserKey, bool)]) -> ChangeSet {
    ChangeSet { owners: of.to_vec(), ..ChangeSet::default() }
}

/// Keys of the live owners of a group in the facts of a scope that asks for them.
async fn in_facts(office: &Office, group: &str) -> Vec<(u32, u32)> {
    let facts = office.load(Scope { owners_of: [id(group)].into(), ..asking(&[], &[group]) }).await;
    let live = facts.owners.into_iter().filter(|(_, owner)| !facts.deleted_owners.contains(owner));
    live.map(|(group, owner)| (group.0, owner.0)).collect()
}

pub async fn an_owner_comes_and_goes(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true), (STAFF, BOB, true), (GroupKey(1), BOB, true)])).await;
    office.write(owns(&[(STAFF, ANN, true)])).await;
    assert_eq!(office.users(UserSet::OwnersOf(STAFF)).await, [0, 1]);
    assert_eq!(office.groups(GroupSet::OwnedBy(BOB)).await, [0, 1]);
    assert_eq!(in_facts(&office, "staff").await, [(0, 0), (0, 1)]);
    assert_eq!(in_facts(&office, "sales").await, [(1, 1)]);
    office.write(owns(&[(STAFF, BOB, false)])).await;
    office.write(owns(&[(STAFF, BOB, false)])).await;
    assert_eq!(office.users(UserSet::OwnersOf(STAFF)).await, [0]);
    assert_eq!(office.groups(GroupSet::OwnedBy(BOB)).await, [1]);
    assert_eq!(in_facts(&office, "staff").await, [(0, 0)]);
}

pub async fn an_owner_is_no_member(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true)])).await;
    assert!(office.users(UserSet::MembersOf(STAFF)).await.is_empty());
    assert!(office.groups(GroupSet::WithMember(Member::User(ANN))).await.is_empty());
    office.write(ChangeSet::default().joins(0, 1)).await;
    assert_eq!(office.users(UserSet::OwnersOf(STAFF)).await, [0]);
}

pub async fn owners_are_loaded_only_where_they_are_asked_for(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true)])).await;
    assert!(office.load(asking(&["ann"], &["staff"])).await.owners.is_empty());
}

pub async fn a_deleted_owner_is_none_until_it_is_restored(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true), (STAFF, BOB, true)])).await;
    office.write(ChangeSet::default().user(deleted(user(0, "ann")))).await;
    assert_eq!(office.users(UserSet::OwnersOf(STAFF)).await, [1]);
    assert_eq!(in_facts(&office, "staff").await, [(0, 1)]);
    let facts = office.load(Scope { owners_of: [id("staff")].into(), ..asking(&[], &["staff"]) }).await;
    assert!(facts.owners.contains(&(STAFF, ANN)) && facts.deleted_owners == [ANN].into());
    office.write(ChangeSet::default().user(user(0, "ann"))).await;
    assert_eq!(office.users(UserSet::OwnersOf(STAFF)).await, [0, 1]);
}

pub async fn a_deleted_group_is_owned_again_when_it_is_restored(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true)])).await;
    office.write(ChangeSet::default().group(deleted_group(group(0, "staff")))).await;
    assert!(office.groups(GroupSet::OwnedBy(ANN)).await.is_empty());
    office.write(ChangeSet::default().group(group(0, "staff"))).await;
    assert_eq!(office.groups(GroupSet::OwnedBy(ANN)).await, [0]);
}

pub async fn what_is_deleted_for_good_owns_nothing_and_has_no_owners(store: Arc<dyn Store>) {
    let office = two(store).await;
    office.write(owns(&[(STAFF, ANN, true), (GroupKey(1), ANN, true), (STAFF, BOB, true)])).await;
    let gone = ChangeSet::default().user(deleted(user(0, "ann"))).group(deleted_group(group(0, "staff")));
    let purged = vec![Member::User(ANN), Member::Group(STAFF)];
    office.write(ChangeSet { purged, ..gone }).await;
    assert!(office.users(UserSet::OwnersOf(STAFF)).await.is_empty());
    assert!(office.users(UserSet::OwnersOf(GroupKey(1))).await.is_empty());
    assert!(office.groups(GroupSet::OwnedBy(BOB)).await.is_empty());
    assert!(office.store.check().await.unwrap().is_empty());
}

pub async fn owners_of_another_tenant_are_not_seen(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    let people = || ChangeSet::default().user(user(0, "ann")).group(group(0, "staff"));
    one.write(ChangeSet { owners: vec![(STAFF, ANN, true)], ..people() }).await;
    other.write(people()).await;
    assert_eq!(one.users(UserSet::OwnersOf(STAFF)).await, [0]);
    assert!(other.users(UserSet::OwnersOf(STAFF)).await.is_empty());
    assert!(in_facts(&other, "staff").await.is_empty());
}
