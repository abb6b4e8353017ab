//! Databases and roles that a store cannot work with.

use crate::postgres_nodes::{database, node, run};
use engine::store::Store;
use store::conformance::catalog;
use store::copy::{Place, copy};
use store::postgres::{PostgresStore, ScratchDatabase, TEST_SERVER};
use tokio_postgres::NoTls;

async fn on_the_server(sql: &str) {
    let (client, connection) = tokio_postgres::connect(&std::env::var(TEST_SERVER).unwrap(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

async fn opened(url: &str) -> String {
    PostgresStore::open(url, catalog()).await.map(drop).map_err(|error| error.to_string()).err().unwrap_or_default()
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused_by_all() {
    let name = format!("seatwright_latin1_{}", std::process::id());
    let make = format!("CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    on_the_server(&make).await;
    let server = std::env::var(TEST_SERVER).unwrap();
    let url = format!("{server}{}dbname={name}", if server.contains('?') { '&' } else { '?' });
    let folder = tempfile::tempdir().unwrap();
    let (file, there) = (Place::Sqlite(folder.path().join("a.db")), Place::Postgres(url.clone()));
    let refusals = [
        opened(&url).await,
        PostgresStore::open_snapshot(&url, catalog()).await.err().unwrap().to_string(),
        copy(&there, &file, |_| ()).await.unwrap_err().to_string(),
    ];
    drop(store::sqlite::SqliteStore::open(&folder.path().join("b.db"), catalog()).unwrap());
    let target = copy(&Place::Sqlite(folder.path().join("b.db")), &there, |_| ()).await.unwrap_err().to_string();
    on_the_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    for refused in refusals.into_iter().chain([target]) {
        let said = "could not open the store: the database has the encoding LATIN1; \
             make the database with ENCODING 'UTF8' TEMPLATE template0";
        assert_eq!(refused, said);
    }
}

/// A database that no other test gets, for its tables.
async fn own_database() -> ScratchDatabase {
    ScratchDatabase::create_new().await.unwrap_or_else(|error| panic!("{error}"))
}

/// What is told who serves, copies and reads a database with these tables only.
async fn told_with_tables(database: &ScratchDatabase, made: &str) -> [String; 3] {
    let anew = "DROP SCHEMA IF EXISTS public, seats CASCADE; CREATE SCHEMA public";
    run(database, &format!("{anew}; {made}")).await;
    let url = database.url();
    let folder = tempfile::tempdir().unwrap();
    let file = Place::Sqlite(folder.path().join("a.db"));
    drop(store::sqlite::SqliteStore::open(&folder.path().join("a.db"), catalog()).unwrap());
    [
        opened(&url).await,
        copy(&file, &Place::Postgres(url.clone()), |_| ()).await.unwrap_err().to_string(),
        PostgresStore::open_snapshot(&url, catalog()).await.map(drop).unwrap_err().to_string(),
    ]
}

#[tokio::test]
async fn a_database_with_tables_of_somebody_else_is_refused_by_their_names() {
    let database = own_database().await;
    for (made, names) in [
        ("CREATE TABLE migrations (id TEXT, applied_at TIMESTAMPTZ)", "migrations"),
        ("CREATE TABLE migrations (number INT, checksum INT)", "migrations"),
        (
            "CREATE TABLE users (id INT); CREATE TABLE orders (id INT); CREATE VIEW groups AS TABLE users",
            "groups, users",
        ),
        ("CREATE TABLE migrations (version BIGINT); CREATE TABLE users (id INT)", "migrations, users"),
        // As ours are, but nothing was done by it.
        ("CREATE TABLE migrations (number BIGINT, checksum BIGINT); CREATE TABLE skus (id INT)", "skus"),
    ] {
        let [serving, copying, reading] = told_with_tables(&database, made).await;
        let said = format!(
            "could not open the store: the database holds tables that are not Seatwright's: {names}; name an empty \
             database, or a schema of its own: ?options=-c%20search_path%3DSCHEMA"
        );
        assert_eq!([serving, copying], [said.clone(), said], "{made}");
        assert!(reading.starts_with("could not open the store: ") && !reading.contains("db error"), "{reading}");
        // What is said helps.
        run(&database, "CREATE SCHEMA seats").await;
        let url = format!("{}&options=-c%20search_path%3Dseats", database.url());
        PostgresStore::open(&url, catalog()).await.unwrap().ping().await.unwrap();
        PostgresStore::open_snapshot(&url, catalog()).await.unwrap();
    }
}

#[tokio::test]
async fn an_index_of_somebody_else_is_refused_by_its_name() {
    let made = "CREATE TABLE t (n INT); CREATE INDEX users_by_id ON t (n)";
    let [serving, copying, reading] = told_with_tables(&own_database().await, made).await;
    for told in [serving, copying] {
        let said = "relation \"users_by_id\" already exists; it is not Seatwright's: name an empty database";
        assert!(told.contains(said) && told.lines().count() == 1, "{told}");
    }
    assert_eq!(reading, "could not open the store: the database is no Seatwright store");
}

/// What a role is told that makes the tables, opens them when another one has made them, and is then given a part of
/// what it needs; afterwards it is gone.
async fn as_a_role_with_few_rights(database: &ScratchDatabase) -> [String; 3] {
    let role = format!("seatwright_reader_{}", std::process::id());
    let url = format!("{}&user={role}", database.url());
    run(database, &format!("CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}")).await;
    let at_first = opened(&url).await;
    let grant = format!(
        "GRANT CREATE ON SCHEMA public TO {role}; GRANT SELECT ON migrations, copying TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO {role}"
    );
    run(database, &grant).await;
    let node = PostgresStore::open(&url, catalog()).await.map_err(|error| error.to_string());
    let ping = match &node {
        Ok(node) => node.ping().await.map_err(|error| error.to_string()).err().unwrap_or_default(),
        Err(error) => error.clone(),
    };
    run(database, &format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")).await;
    let with_all = match &node {
        Ok(node) => node.ping().await.map_err(|error| error.to_string()).err().unwrap_or_default(),
        Err(error) => error.clone(),
    };
    drop(node);
    run(database, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    [at_first, ping, with_all]
}

#[tokio::test]
async fn what_a_url_names_and_is_not_there_is_told_with_what_to_do() {
    let database = database().await;
    for (parameter, told) in [
        ("dbname=nowhere", "database \"nowhere\" does not exist; make it: CREATE DATABASE"),
        ("options=-c%20search_path%3Dnowhere", "must be there: CREATE SCHEMA"),
        ("sslmode=maybe", "`sslmode`; one is disable, prefer, require, verify-ca or verify-full"),
    ] {
        let refused = opened(&format!("{}&{parameter}", database.url())).await;
        assert!(refused.contains(told), "{refused}");
    }
}

#[tokio::test]
async fn a_role_without_the_rights_is_told_which() {
    let database = database().await;
    let [at_first, ping, with_all] = as_a_role_with_few_rights(&database).await;
    assert!(at_first.contains("permission denied for schema public; the role must own the database"), "{at_first}");
    assert!(at_first.contains("GRANT USAGE, CREATE ON SCHEMA public"), "{at_first}");
    let said = "the role may not read and write these tables, or they are missing: applications, ";
    assert!(ping.contains(said) && ping.contains("users") && !ping.contains("tenants,"), "{ping}");
    assert_eq!(with_all, "");
}

#[tokio::test]
async fn a_node_without_a_table_or_with_the_mark_of_a_copy_is_not_ready() {
    let database = database().await;
    let node = node(&database).await;
    node.ping().await.unwrap();
    run(&database, "INSERT INTO copying VALUES ('1:7:7')").await;
    let marked = node.ping().await.unwrap_err().to_string();
    run(&database, "DELETE FROM copying; ALTER TABLE skus RENAME TO away").await;
    let missing = node.ping().await;
    run(&database, "ALTER TABLE away RENAME TO skus").await;
    node.ping().await.unwrap();
    assert!(marked.contains("it is the unfinished copy of another store"), "{marked}");
    assert!(missing.unwrap_err().to_string().ends_with("or they are missing: skus"));
}
