//! Finding users by name, and users and groups by id.

use super::office::{Office, asking};
use super::world::{Draft, deleted, deleted_group, group, id, new_tenant, properties, text, user, with_properties};
use engine::store::Store;
use licensing::ChangeSet;
use licensing::directory::{FOLDED_BYTES_MAX, GroupProfile, Value, fold_name};
use licensing::facts::{GroupFacts, Scope, UserFacts, UserRef};
use licensing::ids::{TenantKey, UserId, UserKey};
use std::sync::Arc;
use uuid::Uuid;

/// A user with this principal name, and an id of its key.
fn named(key: u32, name: &str) -> UserFacts {
    let mut user = user(key, name);
    Arc::make_mut(user.profile.as_mut().unwrap()).id = UserId(Uuid::from_u128(u128::from(key) + 1));
    user
}

/// The key of the live user of this name, which a query and the facts of a commit agree upon.
async fn key_of(office: &Office, name: &str) -> Option<u32> {
    let found = office.find(name).await.map(|user| user.key);
    let facts = office.load(asking(&[name], &[])).await;
    assert_eq!(facts.live_user(&UserRef::Name(name.to_owned())).map(|user| user.key), found, "{name}");
    found.map(|key| key.0)
}

pub async fn names_are_compared_without_case(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(named(0, "Ann.Lee@Contoso.example")).user(named(1, "bob"))).await;
    for name in ["ann.lee@contoso.example", "ANN.LEE@CONTOSO.EXAMPLE", "Ann.Lee@Contoso.example"] {
        assert_eq!(key_of(&office, name).await, Some(0), "{name}");
    }
    assert_eq!(key_of(&office, "ann.lee").await, None);
    assert_eq!(key_of(&office, "").await, None);
}

pub async fn names_outside_ascii_are_compared_without_case(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let changes = ChangeSet::default().user(named(0, "ÉLODIE.ÅSTRÖM")).user(named(1, "женя")).user(named(2, "李娜"));
    office.write(changes).await;
    for (name, key) in [("élodie.åström", 0), ("Élodie.Åström", 0), ("ЖЕНЯ", 1), ("Женя", 1), ("李娜", 2)]
    {
        assert_eq!(key_of(&office, name).await, Some(key), "{name}");
    }
    assert_eq!(key_of(&office, "elodie.astrom").await, None);
}

pub async fn names_keep_the_case_in_which_they_were_given(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(named(0, "Ann.LEE"))).await;
    assert_eq!(office.find("ann.lee").await, Some(named(0, "Ann.LEE")));
}

pub async fn names_with_special_characters_are_taken_literally(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let names = ["a_b", "axb", "a%b", "o'hara", "say \"hi\"", "back\\slash", "a*b", "a?b", " a", "a ", "a"];
    let users = (0..).zip(names).map(|(key, name)| named(key, name)).collect();
    office.write(ChangeSet { users, ..ChangeSet::default() }).await;
    for (key, name) in (0..).zip(names) {
        assert_eq!(key_of(&office, name).await, Some(key), "{name:?}");
    }
    assert_eq!(key_of(&office, "%").await, None);
    assert_eq!(key_of(&office, "' OR 1 = 1 --").await, None);
}

pub async fn the_name_of_a_deleted_user_is_free(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(named(0, "ann"))).await;
    office.write(ChangeSet::default().user(deleted(named(0, "ann")))).await;
    assert_eq!(key_of(&office, "ann").await, None);
    office.write(ChangeSet::default().user(named(1, "ANN"))).await;
    assert_eq!(key_of(&office, "ann").await, Some(1));
    office.write(ChangeSet::default().user(deleted(named(1, "ANN")))).await;
    office.write(ChangeSet::default().user(named(2, "ann"))).await;
    assert_eq!(key_of(&office, "Ann").await, Some(2));
    office.write(ChangeSet::default().user(deleted(named(0, "ann")))).await;
    assert_eq!(key_of(&office, "ann").await, Some(2), "a deleted user that is written again takes no name");
}

pub async fn a_restored_user_is_found_again(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(deleted(named(0, "ann")))).await;
    assert_eq!(key_of(&office, "ann").await, None);
    office.write(ChangeSet::default().user(named(0, "ann"))).await;
    assert_eq!(key_of(&office, "ann").await, Some(0));
}

pub async fn a_renamed_user_is_found_by_its_new_name_only(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(named(0, "ann"))).await;
    office.write(ChangeSet::default().user(named(0, "anna"))).await;
    assert_eq!(key_of(&office, "ann").await, None);
    assert_eq!(key_of(&office, "anna").await, Some(0));
    office.write(ChangeSet::default().user(named(0, "ANNA"))).await;
    assert_eq!(office.find("anna").await, Some(named(0, "ANNA")));
}

pub async fn names_can_be_handed_on_in_one_change_set(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(named(0, "ann")).user(named(1, "bob")).user(named(2, "eve"))).await;
    // Bob gives his name up, then Ann takes it; Eve goes, then somebody new comes with her name.
    let renamed = ChangeSet::default().user(named(1, "robert")).user(named(0, "bob"));
    office.write(renamed.user(deleted(named(2, "eve"))).user(named(3, "eve"))).await;
    for (name, key) in [("bob", Some(0)), ("robert", Some(1)), ("ann", None), ("eve", Some(3))] {
        assert_eq!(key_of(&office, name).await, key, "{name}");
    }
    // The other way round, and by a detour.
    let renamed = ChangeSet::default().user(named(0, "x")).user(named(1, "bob")).user(named(0, "robert"));
    office.write(renamed).await;
    for (name, key) in [("bob", Some(1)), ("robert", Some(0)), ("x", None)] {
        assert_eq!(key_of(&office, name).await, key, "{name}");
    }
}

pub async fn two_users_can_exchange_their_names_in_one_change_set(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet { users: vec![named(0, "ann"), named(1, "bob")], ..ChangeSet::default() }).await;
    let users = vec![named(0, "somebody"), named(1, "ann"), named(0, "bob")];
    office.write(ChangeSet { users, ..ChangeSet::default() }).await;
    assert_eq!(key_of(&office, "ann").await, Some(1));
    assert_eq!(key_of(&office, "bob").await, Some(0));
    assert_eq!(key_of(&office, "somebody").await, None);
}

pub async fn ids_lead_to_live_objects_of_their_kind(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let changes = ChangeSet::default().user(user(0, "ann")).user(deleted(user(1, "bob")));
    office.write(changes.group(group(0, "staff")).group(deleted_group(group(1, "sales")))).await;
    let user_of = async |name| office.store.user(office.key, &UserRef::Id(id(name))).await.unwrap().value;
    let group_of = async |name| office.store.group(office.key, id(name)).await.unwrap().value;
    assert_eq!(user_of("ann").await.map(|user| user.key), Some(UserKey(0)));
    assert_eq!(group_of("staff").await, Some(group(0, "staff")));
    for name in ["bob", "staff", "sales", "nobody"] {
        assert_eq!(user_of(name).await, None, "{name}");
    }
    for name in ["ann", "bob", "sales", "nothing"] {
        assert_eq!(group_of(name).await, None, "{name}");
    }
}

fn called(key: u32, name: &str, unique: &str) -> GroupFacts {
    let profile = GroupProfile {
        properties: properties(&[("uniqueName", text(unique))]),
        ..GroupProfile::clone(&group(key, name).profile)
    };
    GroupFacts { profile: Arc::new(profile), ..group(key, name) }
}

async fn owner(office: &Office, name: &str) -> Option<u32> {
    let facts = office.load(Scope { unique_names: [name.to_owned()].into(), ..Scope::default() }).await;
    facts.unique_names.get(name).map(|group| group.0)
}

pub async fn a_unique_name_leads_to_its_live_group(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().group(called(0, "staff", "Staff")).group(called(1, "club", "Club"))).await;
    assert_eq!(owner(&office, "staff").await, Some(0));
    assert_eq!(owner(&office, "club").await, Some(1));
    assert_eq!(owner(&office, "lab").await, None);
    assert!(office.load(Scope::default()).await.unique_names.is_empty());
    office.write(ChangeSet::default().group(deleted_group(called(0, "staff", "Staff")))).await;
    assert_eq!(owner(&office, "staff").await, None);
    office.write(ChangeSet::default().group(called(2, "crew", "STAFF"))).await;
    assert_eq!(owner(&office, "staff").await, Some(2));
}

pub async fn a_unique_name_can_be_handed_on_in_one_change_set(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().group(called(0, "staff", "staff")).group(called(1, "club", "club"))).await;
    let handed_on = ChangeSet::default().group(deleted_group(called(1, "club", "club")));
    office.write(handed_on.group(called(0, "staff", "club")).group(called(2, "crew", "staff"))).await;
    assert_eq!(owner(&office, "club").await, Some(0));
    assert_eq!(owner(&office, "staff").await, Some(2));
    // By a detour, so that one group is written twice.
    let exchanged = ChangeSet::default().group(called(0, "staff", "other")).group(called(2, "crew", "club"));
    office.write(exchanged.group(called(0, "staff", "staff"))).await;
    assert_eq!(owner(&office, "club").await, Some(2));
    assert_eq!(owner(&office, "staff").await, Some(0));
    assert_eq!(owner(&office, "other").await, None);
}

/// As many bytes as a text by which things are found can have, in characters of four bytes each that do not repeat: indexes
/// may be compressed.
fn longest(first: u32) -> String {
    let letter = |place: u32| char::from_u32(0x2_0000 + (first + place * 7_919) % 0xa000).unwrap();
    let text: String = (0..u32::try_from(FOLDED_BYTES_MAX / 4).unwrap()).map(letter).collect();
    assert_eq!(fold_name(&text).len(), FOLDED_BYTES_MAX);
    text
}

pub async fn the_longest_texts_that_things_are_found_by_are_kept(store: Arc<dyn Store>) {
    let mut tenant = new_tenant("contoso");
    tenant.profile.verified_domains.push(longest(0));
    assert!(store.create_tenants(vec![tenant]).await.unwrap());
    let office = Office { store, key: TenantKey(1) };
    let found = office.store.tenant_of_domain(&longest(0)).await.unwrap();
    assert_eq!(found.map(|tenant| tenant.key), Some(office.key));
    let name: String = longest(1).chars().take(113).collect();
    let addresses = Value::List(vec![text(&longest(2)), text(&longest(3))]);
    let reached_at =
        |key, name| with_properties(named(key, name), properties(&[("proxyAddresses", addresses.clone())]));
    let changes = ChangeSet::default().user(reached_at(0, &name)).user(reached_at(1, "bob"));
    office.write(changes.group(called(0, "staff", &longest(4)))).await;
    assert_eq!(key_of(&office, &name).await, Some(0));
    assert!(office.find("bob").await.is_some_and(|bob| bob.address_taken));
    assert_eq!(owner(&office, &longest(4)).await, Some(0));
}
