//! A copy, and nodes or another copy that have the same database.

use crate::copies::{copied, original};
use crate::postgres_nodes::{database, node, office, run, stranger};
use engine::clock::{Clock, SystemClock};
use engine::store::Store;
use engine::world;
use serde_json::json;
use std::time::Duration;
use store::conformance::catalog;
use store::copy::{Place, copy};
use store::sqlite::SqliteStore;

const UNFINISHED: &str = "it is the unfinished copy of another store";
/// Long enough for a copy to come to where it has to wait.
const A_MOMENT: Duration = Duration::from_millis(700);

/// Copies all rows, and is cut off before the copy is ready for use.
async fn all_but_finished(from: &Place, to: &Place) {
    let (stop, mut stopped) = tokio::sync::mpsc::unbounded_channel();
    let cut_off = copy(from, to, |copied| {
        if copied.rows == copied.of {
            stop.send(()).unwrap();
        }
    });
    tokio::select! {
        finished = cut_off => panic!("it was not cut off: {finished:?}"),
        _ = stopped.recv() => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_makes_its_key_while_the_store_is_looked_at_does_not_get_it_into_the_copy() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let node = node(&database).await;
    // The copy has looked at the signing keys when it comes to the users.
    let holder = stranger(&database).await;
    holder.batch_execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let copying = tokio::spawn(async move { copied(&file, &to).await });
    tokio::time::sleep(A_MOMENT).await;
    let starting = node.clone();
    let starts = tokio::spawn(async move { starting.keep_first_signing_key(vec![9]).await.map_err(|e| e.to_string()) });
    tokio::time::sleep(A_MOMENT).await;
    holder.batch_execute("COMMIT").await.unwrap();
    copying.await.unwrap().unwrap();
    // It came before the end of the copy and was refused, or after it and found a key.
    if let Err(refused) = starts.await.unwrap() {
        assert!(refused.contains(UNFINISHED), "{refused}");
    }
    assert_eq!(node.signing_keys().await.unwrap(), [[1, 2, 3]]);
}

#[tokio::test]
async fn a_node_that_was_there_before_has_nothing_of_an_unfinished_copy() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let node = node(&database).await;
    all_but_finished(&file, &to).await;
    run(&database, "INSERT INTO pending_users VALUES (1, 0); UPDATE tenants SET next_due_at = 1").await;
    let all = stranger(&database).await.query_one("SELECT count(*) FROM verified_domains", &[]).await.unwrap();
    assert!(all.get::<_, i64>(0) > 0);
    assert!(node.tenants().await.unwrap().is_empty());
    assert!(node.tenants_with_work().await.unwrap().is_empty());
    assert!(node.tenants_due(SystemClock.now()).await.unwrap().is_empty());
    assert!(node.tenant_of_domain("contoso.example").await.unwrap().is_none());
    let world = world::parse(&json!({ "tenants": [{ "displayName": "Seed" }] }).to_string()).unwrap();
    let seed = world::build(world, catalog(), SystemClock.now()).unwrap();
    let refused = node.create_tenants(seed).await.unwrap_err().to_string();
    assert!(refused.contains(UNFINISHED), "{refused}");
    let refused = node.keep_first_signing_key(vec![9]).await.unwrap_err().to_string();
    assert!(refused.contains(UNFINISHED), "{refused}");
    run(&database, "DELETE FROM pending_users WHERE user_key = 0; DELETE FROM copying").await;
    assert_eq!(node.tenants().await.unwrap().len(), 2);
    assert_eq!(node.tenants_due(SystemClock.now()).await.unwrap().len(), 2);
    assert!(node.tenant_of_domain("contoso.example").await.unwrap().is_some());
}

#[tokio::test]
async fn a_copy_does_not_go_on_over_rows_that_are_not_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = Place::Sqlite(original(&folder).await);
    for (change, table) in [
        ("UPDATE signing_keys SET pkcs8 = '\\x09'", "signing_keys"),
        ("UPDATE users SET id = gen_random_uuid() WHERE tenant_id = 1 AND user_key = 1", "users"),
        ("DELETE FROM users WHERE user_key = 0", "users"),
    ] {
        let database = database().await;
        let to = Place::Postgres(database.url());
        all_but_finished(&file, &to).await;
        run(&database, change).await;
        let refused = copied(&file, &to).await.unwrap_err();
        let said = format!("{table} of the copy has rows that are not of the store; drop the database");
        assert!(refused.contains(&said), "{change}: {refused}");
    }
    let database = database().await;
    let to = Place::Postgres(database.url());
    all_but_finished(&file, &to).await;
    copied(&file, &to).await.unwrap();
}

#[tokio::test]
async fn of_two_copies_into_one_database_the_second_is_told_of_the_first() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let holder = stranger(&database).await;
    holder.batch_execute("BEGIN; LOCK TABLE users IN SHARE MODE").await.unwrap();
    let (first_from, first_to) = (file.clone(), to.clone());
    let first = tokio::spawn(async move { copied(&first_from, &first_to).await });
    tokio::time::sleep(A_MOMENT).await;
    assert_eq!(
        copied(&file, &to).await.unwrap_err(),
        "could not open the store: another copy into this database is running"
    );
    holder.batch_execute("COMMIT").await.unwrap();
    first.await.unwrap().unwrap();
    assert!(copied(&file, &to).await.unwrap_err().contains("is not empty"));
}

#[tokio::test]
async fn a_database_on_which_a_server_was_started_becomes_no_copy_while_its_key_is_there() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let server = node(&database).await;
    server.keep_first_signing_key(vec![9]).await.unwrap();
    // Twice: nothing was marked.
    for _ in 0..2 {
        let refused = copied(&file, &to).await.unwrap_err();
        assert!(refused.contains("a server was started on the database that is to be the copy"), "{refused}");
        assert!(refused.contains("DELETE FROM signing_keys"), "{refused}");
    }
    server.ping().await.unwrap();
    assert_eq!(server.signing_keys().await.unwrap(), [[9]]);
    drop(server);
    run(&database, "DELETE FROM signing_keys").await;
    copied(&file, &to).await.unwrap();
    assert_eq!(node(&database).await.signing_keys().await.unwrap(), [[1, 2, 3]]);
}

#[tokio::test]
async fn a_file_with_nothing_but_a_signing_key_becomes_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let file = Place::Sqlite(original(&folder).await);
    let path = folder.path().join("other.db");
    SqliteStore::open(&path, catalog()).unwrap().keep_first_signing_key(vec![9]).await.unwrap();
    copied(&file, &Place::Sqlite(path.clone())).await.unwrap();
    assert_eq!(SqliteStore::open(&path, catalog()).unwrap().signing_keys().await.unwrap(), [[1, 2, 3]]);
}

#[tokio::test]
async fn a_store_with_tenants_keeps_its_signing_key() {
    let (folder, database) = (tempfile::tempdir().unwrap(), database().await);
    let (file, to) = (Place::Sqlite(original(&folder).await), Place::Postgres(database.url()));
    let node = node(&database).await;
    office(&node, 5).await;
    node.keep_first_signing_key(vec![9]).await.unwrap();
    assert!(copied(&file, &to).await.unwrap_err().contains("the store that is to be the copy is not empty"));
    assert_eq!(node.signing_keys().await.unwrap(), [[9]]);
}
