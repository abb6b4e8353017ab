//! What makes a database ready to be distributed by tenant, and telling Citus so. Citus itself is not run: a stand-in
//! keeps what it is asked for.

use crate::statements::{ACROSS_TENANTS, fault_of, statements};
use std::collections::BTreeSet;
use store::postgres::ScratchDatabase;
use store::postgres::distribute::{DISTRIBUTED, Declared, ON_EVERY_NODE, distribute};
use tokio_postgres::{Client, NoTls};

const STAND_IN: &str = include_str!("citus_stand_in.sql");
/// What is not in the store's schema is looked for in the stand-in's, before it is in PostgreSQL's own.
const WITH_STAND_IN: &str = "&options=-c%20search_path%3Dpublic,stand_in,pg_catalog";

async fn database() -> (ScratchDatabase, Client) {
    let database = ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"));
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    (database, client)
}

async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// What stands in the way of distributing the tables of a schema as the lists say.
async fn faults(client: &Client) -> Vec<String> {
    let mut faults = Vec::new();
    let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let listed = DISTRIBUTED.iter().chain(&ON_EVERY_NODE);
    for table in texts(client, tables).await {
        let times = listed.clone().filter(|listed| **listed == table).count();
        if times != 1 {
            faults.push(format!("{table} is in the lists {times} times"));
        }
    }
    let keys = "SELECT c.relname::text, i.indexrelid::regclass::text, a.attname::text, i.indisprimary
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
         WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace";
    let mut with_key = BTreeSet::new();
    for row in client.query(keys, &[]).await.unwrap() {
        let (table, index, column): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if DISTRIBUTED.contains(&table.as_str()) && column != "tenant_id" {
            faults.push(format!("{index} begins with {column}"));
        }
        if row.get(3) {
            with_key.insert(table);
        }
    }
    faults
        .extend(listed.filter(|table| !with_key.contains(**table)).map(|table| format!("{table} has no primary key")));
    let across = "SELECT 'foreign key ' || conname FROM pg_constraint WHERE contype = 'f'
         UNION ALL SELECT 'sequence ' || relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
         UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal";
    faults.extend(texts(client, across).await);
    faults
}

#[tokio::test]
async fn every_table_is_distributed_by_the_first_column_of_its_keys_or_is_on_every_node() {
    let (_database, client) = database().await;
    assert_eq!(faults(&client).await, [""; 0]);
    let planted = "BEGIN; CREATE TABLE stray (n SERIAL); CREATE UNIQUE INDEX planted ON users (id);
         ALTER TABLE skus DROP CONSTRAINT skus_pkey; ALTER TABLE tenant_ids ADD FOREIGN KEY (tenant_id) REFERENCES tenants";
    client.batch_execute(planted).await.unwrap();
    let found = [
        "stray is in the lists 0 times",
        "planted begins with id",
        "skus has no primary key",
        "foreign key tenant_ids_tenant_id_fkey",
        "sequence stray_n_seq",
    ];
    assert_eq!(faults(&client).await, found);
    client.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn citus_is_asked_for_each_table_once() {
    let (database, client) = database().await;
    client.batch_execute(STAND_IN).await.unwrap();
    let url = database.url() + WITH_STAND_IN;
    let asked = "SELECT call FROM stand_in.asked ORDER BY number";
    // It was cut off after some of them.
    client
        .batch_execute(
            "SET search_path = public, stand_in; SELECT create_reference_table('migrations');
         SELECT create_distributed_table('tenants', 'tenant_id', colocate_with => 'none')",
        )
        .await
        .unwrap();
    let first = distribute(&url).await.unwrap();
    assert_eq!(first.len(), DISTRIBUTED.len() + ON_EVERY_NODE.len());
    for (table, declared) in first {
        let expected = match table {
            "migrations" | "tenants" => Declared::Before,
            _ if ON_EVERY_NODE.contains(&table) => Declared::OnEveryNode,
            _ => Declared::Distributed,
        };
        assert_eq!(declared, expected, "{table}");
    }
    let calls = texts(&client, asked).await;
    assert_eq!(calls.len(), DISTRIBUTED.len() + ON_EVERY_NODE.len());
    assert_eq!(calls[..3], ["migrations on every node", "tenants by tenant_id with none", "copying on every node"]);
    assert_eq!(calls.last().unwrap(), "users by tenant_id with tenants");
    let again = distribute(&url).await.unwrap();
    assert!(again.iter().all(|(_, declared)| *declared == Declared::Before), "{again:?}");
    assert_eq!(texts(&client, asked).await, calls);
}

#[tokio::test]
async fn a_table_that_is_declared_otherwise_is_told_and_left() {
    let (database, client) = database().await;
    client.batch_execute(STAND_IN).await.unwrap();
    let url = database.url() + WITH_STAND_IN;
    for (declared, table) in [
        ("'n', NULL, 1, 't'", "users"),
        ("'h', 'user_key', 2, 's'", "users"),
        ("'h', 'tenant_id', 77, 's'", "users"),
        ("'h', 'tenant_id', 2, 's'", "signing_keys"),
    ] {
        client.batch_execute("TRUNCATE stand_in.pg_dist_partition").await.unwrap();
        let plant = format!("INSERT INTO stand_in.pg_dist_partition VALUES ('{table}', {declared})");
        client.batch_execute(&plant).await.unwrap();
        let refused = distribute(&url).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("Citus has the table {table} already, and otherwise")), "{refused}");
    }
}

#[tokio::test]
async fn a_server_without_citus_is_told_what_it_lacks() {
    let (database, client) = database().await;
    let refused = distribute(&database.url()).await.unwrap_err().to_string();
    assert!(refused.contains("the server has no Citus"), "{refused}");
    client.batch_execute(STAND_IN).await.unwrap();
    let installed = "TRUNCATE stand_in.pg_extension;
         CREATE TABLE stand_in.pg_available_extensions AS SELECT 'citus'::name AS name";
    client.batch_execute(installed).await.unwrap();
    let refused = distribute(&(database.url() + WITH_STAND_IN)).await.unwrap_err().to_string();
    assert!(refused.contains("CREATE EXTENSION citus"), "{refused}");
}

#[test]
fn every_statement_names_the_tenant_once_for_each_distributed_table() {
    let found = statements();
    let faults: Vec<String> = found.iter().filter_map(|sql| fault_of(sql)).collect();
    assert_eq!(faults, [""; 0]);
    assert!(found.len() > 100, "only {} statements were found", found.len());
    for across in ACROSS_TENANTS {
        assert!(found.iter().any(|sql| sql.starts_with(across)), "there is no such statement: {across}");
    }
    for planted in [
        "users u WHERE u.manager_key = $2",
        "DELETE FROM users WHERE user_key = $1",
        "UPDATE groups g SET properties = '' WHERE g.group_key = $1",
        "INSERT INTO skus SELECT * FROM unnest($1)",
        "SELECT 1 FROM users u JOIN owners o ON o.user_key = u.user_key WHERE u.tenant_id = $1",
    ] {
        assert!(fault_of(planted).is_some(), "{planted}");
    }
}
