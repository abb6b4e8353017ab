//! What was deleted, and what was deleted for good.

use super::office::{Office, asking};
use super::world::{
    ALPHA, Draft, at, deleted, deleted_group, from, group, id, path, properties, text, user, with_properties,
};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::directory::{Member, Value};
use licensing::facts::{Aged, GroupFacts, Scope, UserFacts};
use licensing::ids::{GroupKey, UserKey};
use licensing::time::Timestamp;
use std::sync::Arc;

/// Before everything.
const EPOCH: Timestamp = Timestamp::from_unix_millis(0);

/// Ann and Bob, staff and sales (0 and 1), all deleted; Eve and the board (2) are not.
async fn after_the_storm(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let bob = with_properties(user(1, "bob"), properties(&[("displayName", text("Bob")), ("city", text("Kisumu"))]));
    let users = ChangeSet::default().user(user(0, "ann")).user(bob.clone()).user(user(2, "eve"));
    office.write(users.group(group(0, "staff")).group(group(1, "sales")).group(group(2, "board"))).await;
    let error = PathState::Error(PathError::Count);
    let held = ChangeSet::default().joins(0, 1).joins(2, 1).puts(1, path(ALPHA, Source::Direct, PathState::Active));
    office.write(ChangeSet { pending_users: [UserKey(1)].into(), ..held.puts(1, path(ALPHA, from(0), error)) }).await;
    let gone = ChangeSet::default().user(deleted(user(0, "ann"))).user(deleted(bob));
    office.write(gone.group(deleted_group(group(0, "staff"))).group(deleted_group(group(1, "sales")))).await;
    office
}

fn purging(purged: &[Member]) -> ChangeSet {
    ChangeSet { purged: purged.to_vec(), ..ChangeSet::default() }
}

pub async fn what_was_deleted_is_listed(store: Arc<dyn Store>) {
    let office = after_the_storm(store).await;
    assert_eq!(office.users(UserSet::DeletedAfter(EPOCH)).await, [0, 1]);
    assert_eq!(office.groups(GroupSet::DeletedAfter(EPOCH)).await, [0, 1]);
    office.write(ChangeSet::default().user(user(0, "ann")).group(group(1, "sales"))).await;
    assert_eq!(office.users(UserSet::DeletedAfter(EPOCH)).await, [1]);
    assert_eq!(office.groups(GroupSet::DeletedAfter(EPOCH)).await, [0]);
}

pub async fn what_was_deleted_is_told_apart_by_time(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let gone = |key: u32, name: &str| {
        let at = Some(Timestamp::from_unix_millis(1_000 + i64::from(key)));
        (UserFacts { deleted_at: at, ..user(key, name) }, GroupFacts { deleted_at: at, ..group(key, name) })
    };
    let mut changes = ChangeSet::default().user(user(3, "eve")).group(group(3, "board"));
    for (key, name) in [(0, "ann"), (1, "bob"), (2, "kim")] {
        let (user, group) = gone(key, name);
        changes = changes.user(user).group(group);
    }
    office.write(changes).await;
    for (after, expected) in [(999, &[0, 1, 2][..]), (1_000, &[1, 2]), (1_001, &[2]), (1_002, &[])] {
        let after = Timestamp::from_unix_millis(after);
        assert_eq!(office.users(UserSet::DeletedAfter(after)).await, expected);
        assert_eq!(office.groups(GroupSet::DeletedAfter(after)).await, expected);
    }
}

pub async fn what_was_deleted_for_good_is_found_no_more(store: Arc<dyn Store>) {
    let office = after_the_storm(store).await;
    office.write(purging(&[Member::User(UserKey(1)), Member::Group(GroupKey(0))])).await;
    assert_eq!(office.users(UserSet::DeletedAfter(EPOCH)).await, [0]);
    assert_eq!(office.groups(GroupSet::DeletedAfter(EPOCH)).await, [1]);
    let facts = office.load(asking(&["bob"], &["bob", "staff", "eve", "board", "ann"])).await;
    assert_eq!(facts.users.keys().copied().collect::<Vec<_>>(), [UserKey(0), UserKey(2)]);
    assert_eq!(facts.groups.keys().copied().collect::<Vec<_>>(), [GroupKey(2)]);
    assert_eq!(office.store.objects(office.key, &[id("bob"), id("staff")]).await.unwrap().value, []);
    assert!(office.store.waiting(office.key).await.unwrap().value.is_empty());
    assert!(!office.store.is_member(office.key, GroupKey(2), UserKey(1)).await.unwrap());
    assert!(office.users(UserSet::WithErrorsFrom(GroupKey(0))).await.is_empty());
}

pub async fn id_and_names_are_left_of_a_user_deleted_for_good(store: Arc<dyn Store>) {
    let office = after_the_storm(store).await;
    office.write(purging(&[Member::User(UserKey(1))])).await;
    let left = office.store.users_by_key(office.key, &[UserKey(1)]).await.unwrap().value.pop().unwrap();
    let profile = left.profile.unwrap();
    assert_eq!(office.store.object(office.key, id("bob")).await.unwrap(), Some(Member::User(UserKey(1))));
    assert_eq!((profile.id.0, profile.principal_name.as_str()), (id("bob"), "bob"));
    assert_eq!(profile.properties, properties(&[("displayName", text("Bob"))]));
    assert_eq!((left.paths, left.usage_location, left.deleted_at.is_some()), (Vec::new(), None, true));
}

pub async fn the_keys_of_what_was_deleted_for_good_are_not_given_again(store: Arc<dyn Store>) {
    let office = after_the_storm(store).await;
    office.write(ChangeSet::default().user(deleted(user(2, "eve"))).group(deleted_group(group(2, "board")))).await;
    let before = office.load(Scope::default()).await.next_keys;
    office.write(purging(&[Member::User(UserKey(2)), Member::Group(GroupKey(2))])).await;
    assert_eq!(office.load(Scope::default()).await.next_keys, before);
}

pub async fn what_was_deleted_longest_ago_is_loaded_first(store: Arc<dyn Store>) {
    let (office, other) = Office::pair(store).await;
    let since = |key, name, time| UserFacts { deleted_at: Some(at(time)), ..user(key, name) };
    let people = ChangeSet::default().user(since(0, "ann", 9)).user(since(1, "bob", 7)).user(user(2, "eve"));
    let gone = GroupFacts { deleted_at: Some(at(8)), ..group(0, "staff") };
    office.write(people.user(since(3, "old", 1)).group(gone).group(group(1, "sales"))).await;
    office.write(purging(&[Member::User(UserKey(3))])).await;
    let (ann, bob, staff) = (Member::User(UserKey(0)), Member::User(UserKey(1)), Member::Group(GroupKey(0)));
    let all = [(at(7), bob), (at(8), staff), (at(9), ann)];
    for limit in [0, 1, 2, 3, 9] {
        let aged = office.load(Scope { aged: Some(limit), ..Scope::default() }).await.aged;
        assert_eq!(aged, Aged { deleted: all[..all.len().min(limit as usize)].to_vec(), audited_at: None });
    }
    assert_eq!(office.load(Scope::default()).await.aged, Aged::default(), "nobody asked");
    assert_eq!(other.load(Scope { aged: Some(9), ..Scope::default() }).await.aged, Aged::default());
}

pub async fn addresses_of_a_deleted_user_that_live_ones_have_are_known(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let reached = |key, name, addresses: &[&str]| {
        let addresses = Value::List(addresses.iter().copied().map(text).collect());
        with_properties(user(key, name), properties(&[("proxyAddresses", addresses)]))
    };
    let ann = reached(0, "ann", &["SMTP:Sales@x.example", "smtp:ann@x.example", "smtp:old@x.example"]);
    let others = ChangeSet::default().user(reached(1, "bob", &["smtp:SALES@x.example"])).user(deleted(ann.clone()));
    office.write(others.user(deleted(reached(2, "eve", &["smtp:old@x.example"])))).await;
    let taken = async || office.load(asking(&[], &["ann"])).await.taken_addresses[&UserKey(0)].clone();
    assert_eq!(taken().await, ["smtp:sales@x.example".to_owned()].into());
    office.write(ChangeSet::default().user(reached(1, "bob", &[]))).await;
    assert!(taken().await.is_empty());
    office.write(ChangeSet::default().user(ann)).await;
    assert!(office.load(asking(&[], &["ann"])).await.taken_addresses.is_empty(), "a live user has its addresses");
}
