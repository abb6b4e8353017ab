//! Direct members of groups.

use super::office::{Office, asking};
use super::world::{ALPHA, Draft, deleted, deleted_group, group, id, licenses, user};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::directory::Member;
use licensing::facts::Scope;
use licensing::ids::{GroupKey, UserKey};
use std::sync::Arc;

const STAFF: GroupKey = GroupKey(0);

/// Ann, Bob and Eve (0 to 2), and three groups (0 to 2) without members.
async fn three(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let people = ChangeSet::default().user(user(0, "ann")).user(user(1, "bob")).user(user(2, "eve"));
    office.write(people.group(group(0, "staff")).group(group(1, "sales")).group(group(2, "board"))).await;
    office
}

fn nests(parent: u32, member: u32, present: bool) -> ChangeSet {
    let membership = (GroupKey(parent), Member::Group(GroupKey(member)), present);
    ChangeSet { memberships: vec![membership], ..ChangeSet::default() }
}

async fn is_in_facts(office: &Office, group: &str, member: &str) -> bool {
    let memberships = [(id(group), id(member))].into();
    !office.load(Scope { memberships, ..asking(&[], &[group, member]) }).await.memberships.is_empty()
}

pub async fn a_member_joins_and_leaves(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(0, 2).joins(1, 0)).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [0, 2]);
    assert!(office.store.is_member(office.key, STAFF, UserKey(0)).await.unwrap());
    assert!(!office.store.is_member(office.key, STAFF, UserKey(1)).await.unwrap());
    assert!(is_in_facts(&office, "staff", "ann").await);
    office.write(ChangeSet::default().leaves(0, 0)).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [2]);
    assert_eq!(office.users(UserSet::MembersOf(GroupKey(1))).await, [0]);
    assert!(!office.store.is_member(office.key, STAFF, UserKey(0)).await.unwrap());
    assert!(!is_in_facts(&office, "staff", "ann").await);
}

pub async fn joining_twice_and_leaving_twice_change_nothing(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0)).await;
    office.write(ChangeSet::default().joins(0, 0)).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [0]);
    office.write(ChangeSet::default().leaves(0, 0)).await;
    office.write(ChangeSet::default().leaves(0, 0)).await;
    assert!(office.users(UserSet::MembersOf(STAFF)).await.is_empty());
}

pub async fn a_group_can_be_a_member(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(nests(0, 1, true)).await;
    office.write(nests(0, 2, true)).await;
    assert_eq!(office.groups(GroupSet::MembersOf(STAFF)).await, [1, 2]);
    assert!(office.groups(GroupSet::MembersOf(GroupKey(1))).await.is_empty());
    assert!(is_in_facts(&office, "staff", "sales").await);
    assert!(!is_in_facts(&office, "sales", "staff").await);
    office.write(nests(0, 1, false)).await;
    assert_eq!(office.groups(GroupSet::MembersOf(STAFF)).await, [2]);
    assert!(!is_in_facts(&office, "staff", "sales").await);
}

pub async fn a_user_and_a_group_of_the_same_key_are_different_members(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 1)).await;
    assert!(office.groups(GroupSet::MembersOf(STAFF)).await.is_empty());
    office.write(nests(0, 1, true)).await;
    office.write(ChangeSet::default().leaves(0, 1)).await;
    assert!(office.users(UserSet::MembersOf(STAFF)).await.is_empty());
    assert_eq!(office.groups(GroupSet::MembersOf(STAFF)).await, [1]);
    assert!(!office.store.is_member(office.key, STAFF, UserKey(1)).await.unwrap());
}

pub async fn members_are_live_users_and_groups(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(0, 1)).await;
    office.write(nests(0, 1, true)).await;
    office.write(nests(0, 2, true)).await;
    let changes = ChangeSet::default().user(deleted(user(0, "ann"))).group(deleted_group(group(1, "sales")));
    office.write(changes).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [1]);
    assert_eq!(office.groups(GroupSet::MembersOf(STAFF)).await, [2]);
}

pub async fn memberships_survive_deletion_and_restoration(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(0, 1)).await;
    office.write(ChangeSet::default().user(deleted(user(0, "ann")))).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [1]);
    office.write(ChangeSet::default().user(user(0, "ann"))).await;
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [0, 1]);
}

pub async fn groups_of_a_user_are_those_that_ever_had_licences(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(1, 0).joins(2, 0)).await;
    let groups_of_ann = async || office.load(asking(&["ann"], &[])).await.users[&UserKey(0)].licensed_groups.clone();
    assert!(groups_of_ann().await.is_empty());
    office.write(ChangeSet::default().licenses(2, licenses("board", 0, &[ALPHA]))).await;
    assert_eq!(groups_of_ann().await, [GroupKey(2)]);
    office.write(ChangeSet::default().licenses(0, licenses("staff", 1, &[ALPHA]))).await;
    assert_eq!(groups_of_ann().await, [GroupKey(0), GroupKey(2)]);
    office.write(ChangeSet::default().licenses(2, licenses("board", 2, &[]))).await;
    assert_eq!(groups_of_ann().await, [GroupKey(0), GroupKey(2)], "licences are gone, the group still counts");
    office.write(ChangeSet::default().leaves(0, 0)).await;
    assert_eq!(groups_of_ann().await, [GroupKey(2)]);
    assert_eq!(office.find("ann").await.unwrap().licensed_groups, [GroupKey(2)]);
}
