//! Direct members of groups.

use super::office::{Office, asking};
use super::world::{ALPHA, Draft, deleted, deleted_group, group, id, licenses, user};
use engine::store::{DirectoryObject, GroupSet, Store, UserSet};
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

pub async fn groups_with_a_member_are_found_from_the_member(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 1).joins(2, 1).joins(1, 0)).await;
    office.write(nests(0, 1, true)).await;
    office.write(nests(2, 1, true)).await;
    assert_eq!(office.groups(GroupSet::WithMember(Member::User(UserKey(1)))).await, [0, 2]);
    assert_eq!(office.groups(GroupSet::WithMember(Member::User(UserKey(0)))).await, [1]);
    assert!(office.groups(GroupSet::WithMember(Member::User(UserKey(2)))).await.is_empty());
    assert_eq!(office.groups(GroupSet::WithMember(Member::Group(GroupKey(1)))).await, [0, 2]);
    office.write(ChangeSet::default().group(deleted_group(group(0, "staff")))).await;
    assert_eq!(office.groups(GroupSet::WithMember(Member::User(UserKey(1)))).await, [2]);
    assert_eq!(office.groups(GroupSet::WithMember(Member::Group(GroupKey(1)))).await, [2]);
}

/// Staff has Ann and sales; sales has Bob and the board; the board has Eve and Bob.
async fn nested(store: Arc<dyn Store>) -> Office {
    let office = three(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(1, 1).joins(2, 2).joins(2, 1)).await;
    office.write(nests(0, 1, true)).await;
    office.write(nests(1, 2, true)).await;
    office
}

pub async fn members_are_found_however_deep(store: Arc<dyn Store>) {
    let office = nested(store).await;
    let of_eve = GroupSet::TransitivelyWithMember(Member::User(UserKey(2)));
    let of_board = GroupSet::TransitivelyWithMember(Member::Group(GroupKey(2)));
    assert_eq!(office.users(UserSet::TransitiveMembersOf(STAFF)).await, [0, 1, 2]);
    assert_eq!(office.users(UserSet::TransitiveMembersOf(GroupKey(2))).await, [1, 2]);
    assert_eq!(office.groups(GroupSet::TransitiveMembersOf(STAFF)).await, [1, 2]);
    assert!(office.groups(GroupSet::TransitiveMembersOf(GroupKey(2))).await.is_empty());
    assert_eq!(office.groups(of_eve).await, [0, 1, 2]);
    assert_eq!(office.groups(GroupSet::TransitivelyWithMember(Member::User(UserKey(0)))).await, [0]);
    assert_eq!(office.groups(of_board).await, [0, 1]);
    let page = office.store.users(office.key, UserSet::TransitiveMembersOf(STAFF), Some(UserKey(0)), 1).await.unwrap();
    assert_eq!(page.value.iter().map(|user| user.key.0).collect::<Vec<_>>(), [1]);
    let page = office.store.groups(office.key, of_eve, Some(GroupKey(0)), 1).await.unwrap();
    assert_eq!(page.value.iter().map(|group| group.key.0).collect::<Vec<_>>(), [1]);
}

pub async fn a_deleted_group_leads_no_further(store: Arc<dyn Store>) {
    let office = nested(store).await;
    office.write(ChangeSet::default().group(deleted_group(group(1, "sales")))).await;
    assert_eq!(office.users(UserSet::TransitiveMembersOf(STAFF)).await, [0]);
    assert!(office.groups(GroupSet::TransitiveMembersOf(STAFF)).await.is_empty());
    assert_eq!(office.groups(GroupSet::TransitivelyWithMember(Member::User(UserKey(1)))).await, [2]);
    assert!(office.groups(GroupSet::TransitivelyWithMember(Member::Group(GroupKey(2)))).await.is_empty());
}

pub async fn groups_in_each_other_are_met_once(store: Arc<dyn Store>) {
    let office = nested(store).await;
    office.write(nests(2, 0, true)).await;
    assert_eq!(office.users(UserSet::TransitiveMembersOf(GroupKey(2))).await, [0, 1, 2]);
    assert_eq!(office.groups(GroupSet::TransitiveMembersOf(STAFF)).await, [1, 2]);
    assert_eq!(office.groups(GroupSet::TransitivelyWithMember(Member::Group(STAFF))).await, [1, 2]);
    assert_eq!(office.groups(GroupSet::TransitivelyWithMember(Member::User(UserKey(0)))).await, [0, 1, 2]);
}

pub async fn objects_are_read_by_id_in_the_order_that_is_asked_for(store: Arc<dyn Store>) {
    let office = three(store).await;
    office.write(ChangeSet::default().user(deleted(user(1, "bob"))).group(deleted_group(group(1, "sales")))).await;
    let ids = ["staff", "nobody", "bob", "ann", "sales"].map(id);
    let seen = office.store.objects(office.key, &ids).await.unwrap().value;
    let expected = [
        DirectoryObject::Group(group(0, "staff")),
        DirectoryObject::User(deleted(user(1, "bob"))),
        DirectoryObject::User(user(0, "ann")),
        DirectoryObject::Group(deleted_group(group(1, "sales"))),
    ];
    assert_eq!(seen, expected);
    assert_eq!(expected.each_ref().map(DirectoryObject::is_live), [true, false, true, false]);
}
