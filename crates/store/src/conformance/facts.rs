//! What is loaded for each kind of scope.

use super::office::{Office, asking, in_use};
use super::world::{ALPHA, BETA, Draft, deleted, deleted_group, from, group, id, licenses, path, user};
use engine::store::Store;
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::directory::{ManagedDevice, Member};
use licensing::facts::{NextKeys, ProcessingState, Scope, UserRef};
use licensing::ids::{DeviceId, DeviceKey, GroupKey, SkuKey, UserKey};
use std::sync::Arc;

/// Ann (0), Bob (1) and the deleted Eve (2); staff (0) and the deleted sales (1); all of them are members.
async fn small(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let people = ChangeSet::default().user(user(0, "ann")).user(user(1, "bob")).user(deleted(user(2, "eve")));
    let groups = people.group(group(0, "staff")).group(deleted_group(group(1, "sales")));
    let mut members = groups.joins(0, 0).joins(0, 2).joins(1, 0);
    members.memberships.push((GroupKey(0), Member::Group(GroupKey(1)), true));
    office.write(members).await;
    office
}

pub async fn users_are_loaded_by_name(store: Arc<dyn Store>) {
    let office = small(store).await;
    let facts = office.load(asking(&["ann", "nobody"], &[])).await;
    assert_eq!(facts.names, [("ann".to_owned(), UserKey(0))].into());
    assert_eq!(facts.users, [(UserKey(0), user(0, "ann"))].into());
    assert!(facts.live_user(&UserRef::Name("ANN".to_owned())).is_some());
}

pub async fn deleted_users_are_not_loaded_by_name(store: Arc<dyn Store>) {
    let office = small(store).await;
    let facts = office.load(asking(&["eve"], &[])).await;
    assert!(facts.names.is_empty());
    assert!(facts.users.is_empty());
}

pub async fn users_and_groups_are_loaded_by_id_deleted_ones_too(store: Arc<dyn Store>) {
    let office = small(store).await;
    let facts = office.load(asking(&[], &["bob", "eve", "staff", "sales", "nobody"])).await;
    for (name, member) in [
        ("bob", Member::User(UserKey(1))),
        ("eve", Member::User(UserKey(2))),
        ("staff", Member::Group(GroupKey(0))),
        ("sales", Member::Group(GroupKey(1))),
    ] {
        assert_eq!(facts.objects.get(&id(name)), Some(&member), "{name}");
    }
    assert!(!facts.objects.contains_key(&id("nobody")));
    assert_eq!(facts.users, [(UserKey(1), user(1, "bob")), (UserKey(2), deleted(user(2, "eve")))].into());
    let groups = [(GroupKey(0), group(0, "staff")), (GroupKey(1), deleted_group(group(1, "sales")))];
    assert_eq!(facts.groups, groups.into());
    assert!(facts.live_user(&UserRef::Id(id("bob"))).is_some());
    assert!(facts.live_user(&UserRef::Id(id("eve"))).is_none());
}

/// A deleted user is restored only while its name is free, and that name is in no scope.
pub async fn the_owner_of_a_deleted_users_name_is_known(store: Arc<dyn Store>) {
    let office = small(store).await;
    assert!(office.load(asking(&[], &["eve"])).await.names.is_empty());
    let mut heir = user(3, "EVE");
    Arc::make_mut(heir.profile.as_mut().unwrap()).id.0 = id("heir");
    office.write(ChangeSet::default().user(heir)).await;
    let facts = office.load(asking(&[], &["eve"])).await;
    assert_eq!(facts.names.get("eve"), Some(&UserKey(3)));
    assert_eq!(facts.users[&UserKey(2)], deleted(user(2, "eve")));
}

pub async fn memberships_are_looked_up_by_id(store: Arc<dyn Store>) {
    let office = small(store).await;
    let asked = [
        ("staff", "ann"),
        ("staff", "bob"),
        ("staff", "sales"),
        ("sales", "ann"),
        ("sales", "staff"),
        ("ann", "staff"),
        ("nothing", "ann"),
        ("staff", "nobody"),
    ];
    let memberships = asked.map(|(group, member)| (id(group), id(member))).into();
    let scope = asking(&[], &["ann", "bob", "staff", "sales", "nobody", "nothing"]);
    let facts = office.load(Scope { memberships, ..scope }).await;
    let ann = Member::User(UserKey(0));
    let expected = [(GroupKey(0), ann), (GroupKey(0), Member::Group(GroupKey(1))), (GroupKey(1), ann)];
    assert_eq!(facts.memberships, expected.into());
}

pub async fn an_empty_scope_loads_the_tenant_and_its_seats(store: Arc<dyn Store>) {
    let office = small(store).await;
    office.write(ChangeSet { consumed: [(BETA, 7)].into(), ..ChangeSet::default() }).await;
    let facts = office.load(Scope::default()).await;
    assert_eq!(facts.tenant.key, office.key);
    assert_eq!(facts.tenant.profile.display_name, "contoso");
    assert!(facts.tenant.skus.keys().copied().eq([ALPHA, BETA]));
    assert_eq!(in_use(facts.consumed.clone()), [(BETA, 7)].into());
    assert_eq!(facts.available(BETA), 93);
    assert_eq!(facts.available(ALPHA), 100);
}

pub async fn a_scope_loads_no_more_than_it_asks_for(store: Arc<dyn Store>) {
    let office = small(store).await;
    let facts = office.load(Scope::default()).await;
    assert!(facts.users.is_empty() && facts.names.is_empty());
    assert!(facts.groups.is_empty() && facts.objects.is_empty());
    assert!(facts.memberships.is_empty() && facts.chunk.is_none());
    let facts = office.load(asking(&["bob"], &["staff"])).await;
    assert!(facts.users.keys().copied().eq([UserKey(1)]));
    assert!(facts.groups.keys().copied().eq([GroupKey(0)]));
    assert!(facts.memberships.is_empty());
}

pub async fn a_user_comes_with_paths_groups_and_profile(store: Arc<dyn Store>) {
    let office = small(store).await;
    let expected = vec![
        path(ALPHA, Source::Direct, PathState::Removed),
        path(ALPHA, from(0), PathState::Error(PathError::Uniqueness)),
        path(BETA, from(0), PathState::Active),
        path(BETA, from(1), PathState::ActiveWithError(PathError::Other)),
    ];
    let mut changes = ChangeSet::default().group(group(2, "board")).group(group(3, "plain")).joins(2, 0).joins(3, 0);
    for path in expected.iter().rev() {
        changes = changes.puts(0, path.clone()).puts(2, path.clone());
    }
    office.write(changes.licenses(2, licenses("board", 0, &[])).licenses(0, licenses("staff", 1, &[ALPHA]))).await;
    let facts = office.load(asking(&["ann"], &["eve", "staff"])).await;
    let mut ann = user(0, "ann");
    (ann.paths, ann.licensed_groups) = (expected.clone(), vec![GroupKey(0), GroupKey(2)]);
    let mut eve = deleted(user(2, "eve"));
    (eve.paths, eve.licensed_groups) = (expected, vec![GroupKey(0)]);
    assert_eq!(facts.users[&UserKey(0)], ann);
    assert_eq!(facts.users[&UserKey(2)], eve);
    assert_eq!(office.find("ann").await, Some(ann));
}

pub async fn next_keys_follow_the_highest_ones_in_use(store: Arc<dyn Store>) {
    let office = small(store).await;
    let device = ManagedDevice { id: DeviceId(id("laptop")), name: "Laptop".to_owned(), users: Vec::new() };
    let changes = ChangeSet { devices: vec![(DeviceKey(4), device)], ..ChangeSet::default() };
    office.write(changes).await;
    let next = NextKeys { user: UserKey(3), group: GroupKey(2), sku: SkuKey(2), device: DeviceKey(5) };
    assert_eq!(office.load(Scope::default()).await.next_keys, next);
    office.write(ChangeSet::default().user(deleted(user(9, "last"))).group(deleted_group(group(7, "gone")))).await;
    let next = NextKeys { user: UserKey(10), group: GroupKey(8), ..next };
    assert_eq!(office.load(Scope::default()).await.next_keys, next);
    office.write(ChangeSet::default().user(user(0, "ann")).group(group(0, "staff"))).await;
    assert_eq!(office.load(Scope::default()).await.next_keys, next, "a change of an old object gives no new key");
}

pub async fn a_scope_can_have_hundreds_of_names_and_ids(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let (users, groups): (Vec<_>, Vec<_>) =
        (0..600).map(|key| (user(key, &format!("user-{key}")), group(key, &format!("group-{key}")))).unzip();
    let names: Vec<String> = (0..300).map(|key| format!("user-{key}")).collect();
    let ids: Vec<String> = (200..600).flat_map(|key| [format!("user-{key}"), format!("group-{key}")]).collect();
    let mut changes = ChangeSet { users, groups, ..ChangeSet::default() };
    for key in 0..600 {
        changes = changes.joins(key, key);
    }
    office.write(changes).await;
    let memberships = (200..600).map(|key| (id(&format!("group-{key}")), id(&format!("user-{key}")))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let facts = office.load(Scope { memberships, ..asking(&names, &ids) }).await;
    assert!(facts.users.keys().copied().eq((0..600).map(UserKey)));
    assert!(facts.groups.keys().copied().eq((200..600).map(GroupKey)));
    assert!(facts.memberships.iter().copied().eq((200..600).map(|key| (GroupKey(key), Member::User(UserKey(key))))));
}

pub async fn every_commit_sees_the_one_before(store: Arc<dyn Store>) {
    let office = small(store).await;
    for number in 1..=20_u32 {
        let changes = ChangeSet {
            consumed: [(ALPHA, 1)].into(),
            processing: vec![(GroupKey(0), ProcessingState::ALL[number as usize % 3].0)],
            ..ChangeSet::default()
        };
        office.write(changes.user(user(number + 9, &format!("user-{number}")))).await;
        let facts = office.load(asking(&[&format!("user-{number}")], &["staff"])).await;
        assert_eq!(facts.consumed[&ALPHA], i64::from(number));
        assert_eq!(facts.users.len(), 1);
        assert_eq!(facts.groups[&GroupKey(0)].processing, Some(ProcessingState::ALL[number as usize % 3].0));
        assert_eq!(facts.next_keys.user, UserKey(number + 10));
    }
}
