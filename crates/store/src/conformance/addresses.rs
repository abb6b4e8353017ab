//! `address_taken`: whether one of a user's proxy addresses belongs to another live user.

use super::office::{Office, asking};
use super::world::{Draft, deleted, properties, text, user, with_properties};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::directory::Value;
use licensing::facts::UserFacts;
use licensing::ids::UserKey;
use std::sync::Arc;

/// A user with these proxy addresses.
fn reached_at(key: u32, name: &str, addresses: &[&str]) -> UserFacts {
    let addresses = addresses.iter().map(|address| text(address)).collect();
    with_properties(user(key, name), properties(&[("proxyAddresses", Value::List(addresses))]))
}

/// The keys of the live users of whom an address is taken, whichever way they are read.
async fn taken(office: &Office) -> Vec<u32> {
    let page = office.store.users(office.key, UserSet::All, None, 100).await.unwrap().value;
    let keys: Vec<UserKey> = page.iter().map(|user| user.key).collect();
    let by_key = office.store.users_by_key(office.key, &keys).await.unwrap().value;
    let names: Vec<&str> = page.iter().map(|user| user.profile.as_ref().unwrap().principal_name.as_str()).collect();
    let facts = office.load(asking(&names, &[])).await;
    for user in &page {
        assert_eq!(facts.users[&user.key].address_taken, user.address_taken, "facts of {:?}", user.key);
        let same = by_key.iter().find(|other| other.key == user.key).unwrap();
        assert_eq!(same.address_taken, user.address_taken, "by key {:?}", user.key);
    }
    page.iter().filter(|user| user.address_taken).map(|user| user.key.0).collect()
}

/// Two users who share one address of two, and one who has another.
async fn sharing(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let ann = reached_at(0, "ann", &["SMTP:ann@contoso.example", "smtp:sales@contoso.example"]);
    let bob = reached_at(1, "bob", &["SMTP:bob@contoso.example", "smtp:sales@contoso.example"]);
    let eve = reached_at(2, "eve", &["SMTP:eve@contoso.example"]);
    office.write(ChangeSet::default().user(ann).user(bob).user(eve).user(user(3, "kim"))).await;
    office
}

pub async fn an_address_of_another_live_user_is_taken(store: Arc<dyn Store>) {
    let office = sharing(store).await;
    assert_eq!(taken(&office).await, [0, 1]);
}

pub async fn an_address_is_compared_without_case(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let (ann, bob) = (reached_at(0, "ann", &["smtp:ÉVA@x.example"]), reached_at(1, "bob", &["SMTP:éva@X.example"]));
    office.write(ChangeSet::default().user(ann).user(bob)).await;
    assert_eq!(taken(&office).await, [0, 1]);
}

pub async fn an_address_of_a_deleted_user_is_free(store: Arc<dyn Store>) {
    let office = sharing(store).await;
    let bob = office.find("bob").await.unwrap();
    office.write(ChangeSet::default().user(deleted(bob.clone()))).await;
    assert!(taken(&office).await.is_empty());
    office.write(ChangeSet::default().user(bob)).await;
    assert_eq!(taken(&office).await, [0, 1]);
}

pub async fn an_address_that_its_owner_gave_up_is_free(store: Arc<dyn Store>) {
    let office = sharing(store).await;
    office.write(ChangeSet::default().user(reached_at(1, "bob", &["SMTP:bob@contoso.example"]))).await;
    assert!(taken(&office).await.is_empty());
    office.write(ChangeSet::default().user(reached_at(2, "eve", &["smtp:bob@contoso.example"]))).await;
    assert_eq!(taken(&office).await, [1, 2]);
}

pub async fn an_address_that_a_user_lists_twice_is_not_taken(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let ann = reached_at(0, "ann", &["smtp:ann@contoso.example", "SMTP:ann@contoso.example"]);
    office.write(ChangeSet::default().user(ann)).await;
    assert!(taken(&office).await.is_empty());
}

pub async fn an_address_of_another_tenant_is_not_taken(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    for office in [&one, &other] {
        office.write(ChangeSet::default().user(reached_at(0, "ann", &["smtp:ann@contoso.example"]))).await;
    }
    assert!(taken(&one).await.is_empty());
    assert!(taken(&other).await.is_empty());
}
