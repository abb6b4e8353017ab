//! What a statement looks at does not grow with the tenant, whatever the server believes about its tables: the server itself
//! counts it, in the states that a database goes through.

mod meter;
mod operations;
mod world;

use crate::postgres_nodes::stranger;
use meter::{Meter, flush};
use std::time::{Duration, Instant};
use store::conformance::catalog;
use store::postgres::distribute::DISTRIBUTED;
use store::postgres::{PostgresStore, ScratchDatabase};
use tokio_postgres::Client;
use world::Size;

const TINY: Size = Size { users: 60, groups: 36 };
const LARGE: Size = Size { users: 20_000, groups: 6_000 };
/// Tenants beside the large one, with a few users and groups each: by the average it is tiny.
const OTHERS: u32 = 400;
/// Longer than a connection goes on with a plan.
const PLANS_ARE_RENEWED: Duration = Duration::from_secs(6);

/// The server learns nothing of the tables by itself.
const WITHOUT_AUTOVACUUM: &str = "DO $$ DECLARE name TEXT; BEGIN
     FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
         EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);
     END LOOP; END $$";

async fn open(database: &ScratchDatabase) -> PostgresStore {
    // What looks through tables again and again shall fail soon.
    let url = format!("{}&options=-c%20statement_timeout=5s", database.url());
    PostgresStore::open(&url, catalog()).await.unwrap()
}

/// Copies the first rows that the tenant has of each table for others.
async fn add_others(client: &Client) {
    let columns = "SELECT c.relname::text,
            string_agg(CASE attname WHEN 'tenant_id' THEN 't' ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relname = ANY ($1) GROUP BY c.relname";
    for row in client.query(columns, &[&DISTRIBUTED.as_slice()]).await.unwrap() {
        let (table, columns): (String, String) = (row.get(0), row.get(1));
        let keys = ["user_key", "group_key", "sequence", "device_key"];
        let key = keys.into_iter().find(|key| columns.contains(&format!(", {key}")));
        let few = key.map_or(String::new(), |key| format!("AND {key} < 4"));
        let copy = format!(
            "INSERT INTO {table} SELECT {columns} FROM {table}, generate_series(2, {OTHERS}) t WHERE tenant_id = 1 {few}"
        );
        client.batch_execute(&copy).await.unwrap();
    }
}

async fn grow(store: &PostgresStore, client: &Client) {
    world::write(store, world::growth(TINY, LARGE)).await;
    add_others(client).await;
    store.flush_statistics().await.unwrap();
}

#[tokio::test]
async fn no_statement_looks_at_more_the_larger_the_tenant_is() {
    let database = ScratchDatabase::create_new().await.unwrap_or_else(|error| panic!("{error}"));
    let client = stranger(&database).await;
    let loader = open(&database).await;
    client.batch_execute(WITHOUT_AUTOVACUUM).await.unwrap();
    world::create(&loader, TINY).await;
    grow(&loader, &client).await;
    let mut convicted = Vec::new();

    let store = open(&database).await;
    let mut meter = Meter::new(&store, &client, "never analysed").await;
    operations::all(&mut meter, LARGE, 1).await;
    convicted.append(&mut meter.convicted);

    let tables = DISTRIBUTED.join(", ");
    client.batch_execute(&format!("TRUNCATE {tables}, tenant_ids, verified_domains")).await.unwrap();
    client.batch_execute("VACUUM ANALYZE").await.unwrap();
    let store = open(&database).await;
    world::create(&store, TINY).await;
    // What looks through a tiny table is no fault, as long as it does not go on so.
    operations::all(&mut Meter::new(&store, &client, "tiny").await, TINY, 1).await;
    let planned = Instant::now();
    grow(&loader, &client).await;
    tokio::time::sleep(PLANS_ARE_RENEWED.saturating_sub(planned.elapsed())).await;
    let mut meter = Meter::new(&store, &client, "planned when tiny, analysed when empty").await;
    operations::all(&mut meter, LARGE, 2).await;
    convicted.append(&mut meter.convicted);

    client.batch_execute("ANALYZE").await.unwrap();
    let mut meter = Meter::new(&store, &client, "analysed").await;
    operations::all(&mut meter, LARGE, 3).await;
    convicted.append(&mut meter.convicted);
    assert!(convicted.is_empty(), "{} looked at too much:\n{}", convicted.len(), convicted.join("\n"));

    let look_through = async {
        client.batch_execute("SELECT * FROM users WHERE tenant_id = 1 AND principal_name = 'somebody'").await.unwrap();
        flush(&client).await;
        1
    };
    meter.asks("a look through all users", look_through).await;
    assert_eq!(meter.convicted.len(), 1, "what looks through a table is not noticed");
}
