//! Copies of stores, from each kind to each.

use engine::clock::{Clock, SystemClock};
use engine::store::Store;
use engine::world;
use licensing::ids::TenantKey;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;
use std::path::{Path, PathBuf};
use store::conformance::catalog;
use store::copy::{Copied, Place, copy};
use store::postgres::{PostgresStore, ScratchDatabase};
use store::sqlite::SqliteStore;
use tempfile::TempDir;

/// A file with two tenants, of which one has a little of everything; texts with whatever characters there are.
pub(crate) async fn original(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("original.db");
    let world = json!({ "tenants": [
        { "displayName": "Contoso \u{10fffe}1 \u{10fffe}", "verifiedDomains": ["contoso.example", "größe.example"],
          "settings": { "othersForOther": true }, "clockAhead": "P3D",
          "products": [{ "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053", "skuPartNumber": "OWN", "servicePlans": [
              { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834a", "servicePlanName": "OWN_PLAN" }] }],
          "subscriptions": [{ "skuPartNumber": "ALPHA", "totalLicenses": 2 }, { "skuPartNumber": "OWN", "totalLicenses": 1 }],
          "users": [
            { "userPrincipalName": "ann@contoso.example", "displayName": "A\u{0}nn", "usageLocation": "KE",
              "proxyAddresses": ["SMTP:ann@contoso.example"], "assignedLicenses": [{ "skuPartNumber": "ALPHA" }] },
            { "userPrincipalName": "Bob@größe.example", "manager": "ann@contoso.example", "usageLocation": "US" }],
          "groups": [
            { "displayName": "Staff", "mailNickname": "staff", "mailEnabled": false, "securityEnabled": true,
              "uniqueName": "staff", "members": ["ann@contoso.example", "Bob@größe.example"],
              "owners": ["ann@contoso.example"], "assignedLicenses": [{ "skuPartNumber": "OWN" }] },
            { "displayName": "Anns", "mailNickname": "anns", "mailEnabled": false, "securityEnabled": true,
              "groupTypes": ["DynamicMembership"], "membershipRule": "user.displayName -contains \"\u{10fffe}0\"",
              "membershipRuleProcessingState": "On" }],
          "managedDevices": [{ "deviceName": "Till\u{0}", "users": ["ann@contoso.example"] }],
          "applications": [{ "displayName": "Robot", "clientSecret": "secret", "appRoles": ["User.Read.All"] }],
          "roleAssignments": [{ "principal": "ann@contoso.example", "role": "License Administrator" }] },
        { "displayName": "Fabrikam" } ] });
    let world = world::parse(&world.to_string()).unwrap();
    let tenants = world::build(world, catalog(), SystemClock.now()).unwrap();
    let store = SqliteStore::open(&path, catalog()).unwrap();
    assert!(store.create_tenants(tenants).await.unwrap());
    store.keep_first_signing_key(vec![1, 2, 3]).await.unwrap();
    path
}

/// All that a file holds, table by table.
fn rows(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let connection = Connection::open(path).unwrap();
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let rows_of = |name: String| {
        let mut all = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = all.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>();
        let rows = all.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
        (name, rows)
    };
    names.into_iter().map(rows_of).collect()
}

async fn database() -> ScratchDatabase {
    ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) async fn copied(from: &Place, to: &Place) -> Result<Copied, String> {
    copy(from, to, |_| ()).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_store_that_went_through_a_database_and_back_is_the_same() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let original = original(&folder).await;
    let (file, back) = (Place::Sqlite(original.clone()), folder.path().join("back.db"));
    let there = copied(&file, &Place::Postgres(database.url())).await.unwrap();
    assert!(there.rows > 20 && there.rows == there.of, "{there:?}");
    let store = PostgresStore::open(&database.url(), catalog()).await.unwrap();
    let tenants = store.tenants().await.unwrap();
    assert_eq!(tenants[0].profile.display_name, "Contoso \u{10fffe}1 \u{10fffe}");
    assert_eq!(store.tenant(tenants[1].profile.id).await.unwrap().unwrap().key, TenantKey(2));
    assert_eq!(store.applications(TenantKey(1), None).await.unwrap()[0].display_name, "Robot");
    assert_eq!(copied(&Place::Postgres(database.url()), &Place::Sqlite(back.clone())).await, Ok(there));
    let (original, back) = (rows(&original), rows(&back));
    assert!(original.iter().filter(|(_, rows)| !rows.is_empty()).count() > 15);
    assert_eq!(original, back);
}

#[tokio::test]
async fn a_copy_that_was_cut_off_is_not_opened_and_goes_on() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let whole = rows_in_all(&file, &folder).await;
    let (stop, mut stopped) = tokio::sync::mpsc::unbounded_channel();
    let mut told = 0;
    let cut_off = copy(&file, &to, |_| {
        told += 1;
        if told == 6 {
            stop.send(()).unwrap();
        }
    });
    tokio::select! {
        finished = cut_off => panic!("it was not cut off: {finished:?}"),
        _ = stopped.recv() => {}
    }
    let unfinished = "it is the unfinished copy of another store; finish it with `seatwright store copy`";
    let refused = PostgresStore::open(&database.url(), catalog()).await.err().unwrap().to_string();
    assert!(refused.contains(unfinished), "{refused}");
    let refused = PostgresStore::open_snapshot(&database.url(), catalog()).await.err().unwrap().to_string();
    assert!(refused.contains(unfinished), "{refused}");
    let mut first_told = None;
    let finished = copy(&file, &to, |copied| {
        first_told.get_or_insert(copied.rows);
    })
    .await
    .unwrap();
    assert_eq!(finished.rows, whole);
    assert!(first_told.unwrap() > 6, "it began anew");
    PostgresStore::open(&database.url(), catalog()).await.unwrap();
}

/// How many rows a copy has.
async fn rows_in_all(from: &Place, folder: &TempDir) -> u64 {
    copied(from, &Place::Sqlite(folder.path().join("counted.db"))).await.unwrap().rows
}

#[tokio::test]
async fn what_cannot_be_copied_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let original = original(&folder).await;
    let other = folder.path().join("other.db");
    let (file, to) = (Place::Sqlite(original.clone()), Place::Sqlite(other.clone()));
    copied(&file, &to).await.unwrap();
    let before = rows(&other);
    assert!(copied(&file, &to).await.unwrap_err().contains("the store that is to be the copy is not empty"));
    assert_eq!(rows(&other), before);
    let nowhere = Place::Sqlite(folder.path().join("nowhere.db"));
    assert!(copied(&nowhere, &to).await.unwrap_err().contains("there is no store at"));

    // The mark of a copy of another state.
    Connection::open(&other).unwrap().execute("INSERT INTO copying VALUES ('1:7:7')", []).unwrap();
    assert!(SqliteStore::open(&other, catalog()).err().unwrap().to_string().contains("unfinished copy"));
    assert!(SqliteStore::open_snapshot(&other, catalog()).err().unwrap().to_string().contains("unfinished copy"));
    assert!(copied(&file, &to).await.unwrap_err().contains("the store was changed since the copy was begun"));
    assert!(
        copied(&to, &Place::Sqlite(folder.path().join("third.db"))).await.unwrap_err().contains("an unfinished copy")
    );
}
