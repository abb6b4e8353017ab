//! Declaring the tables to Citus, an extension that spreads a database over several servers by a column.
//!
//! The tenant is the unit of every commit, so all rows of one tenant go to the same node: each statement that names the
//! tenant runs on that node alone. The few rows that belong to no tenant, or by which one is found, are on all nodes.

use super::connection::{self, Failure, LOCK_OF_THE_STORE, Result, failed};
use super::pool::{Connection, pool};
use engine::store::StoreError;
use std::collections::BTreeMap;

/// Tables that are distributed by `tenant_id`. The first one is spread by itself, the others go with it.
pub const DISTRIBUTED: [&str; 22] = [
    "tenants",
    "applications",
    "assignments",
    "audit",
    "devices",
    "dynamic_groups",
    "group_licenses",
    "groups",
    "licensed_groups",
    "memberships",
    "nested_memberships",
    "owners",
    "pending_groups",
    "pending_rules",
    "pending_skus",
    "pending_users",
    "products",
    "proxy_addresses",
    "role_assignments",
    "skus",
    "subscriptions",
    "users",
];

/// Small tables that every node has; Citus calls them reference tables.
pub const ON_EVERY_NODE: [&str; 5] = ["copying", "migrations", "signing_keys", "tenant_ids", "verified_domains"];

/// What was done to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// Its rows were spread over the nodes, by tenant.
    Distributed,
    /// Every node was given it.
    OnEveryNode,
    /// Nothing: Citus had it so already.
    Before,
}

/// How Citus has a table: by which column it is distributed (`None`: it is on every node), and which tables it goes with.
type Known = (Option<String>, i32);

/// All tables that Citus knows. One that it only keeps track of (`s`, without a column) is as good as unknown.
const KNOWN: &str = "SELECT c.relname, column_to_column_name(p.logicalrelid, p.partkey), p.colocationid
     FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
     WHERE pg_table_is_visible(c.oid) AND (p.partkey IS NOT NULL OR p.repmodel = 't')";

const IS_THERE: &str = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus'),
     EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'citus')";

/// Distributes the tables of the database of this URL, which are made when there are none; what was done to each. Each
/// is declared by itself, and one that Citus has already is left: what was cut off can be done again.
///
/// # Errors
/// When the server cannot be reached or has no Citus, or a table is declared otherwise.
pub async fn distribute(url: &str) -> std::result::Result<Vec<(&'static str, Declared)>, StoreError> {
    let distribute = async {
        let target = connection::Target::of(url)?;
        let pool = pool(&target, || {})?;
        let client = target.first(&pool).await?;
        has_citus(&client).await?;
        connection::migrate(pool.get().await?).await?;
        // Rows that are there are moved, however many; another one that declares or migrates is kept out. The lock ends
        // with the session.
        client.batch_execute("SET statement_timeout = 0").await?;
        client.execute("SELECT pg_advisory_lock($1)", &[&LOCK_OF_THE_STORE]).await?;
        let mut done = Vec::new();
        for table in ON_EVERY_NODE {
            done.push((table, put_on_every_node(&client, table).await?));
        }
        for table in DISTRIBUTED {
            done.push((table, spread(&client, table).await?));
        }
        Ok(done)
    };
    distribute.await.map_err(failed("distribute the store"))
}

async fn has_citus(client: &Connection) -> Result<()> {
    let found = client.query_one(IS_THERE, &[]).await?;
    let reason = match (found.try_get(0)?, found.try_get(1)?) {
        (true, _) => return Ok(()),
        (false, true) => "Citus is installed on the server, but not in this database: CREATE EXTENSION citus",
        (false, false) => "the server has no Citus, which is what spreads a database over several servers",
    };
    Err(Failure::Refused(reason.to_owned()))
}

async fn known(client: &Connection) -> Result<BTreeMap<String, Known>> {
    let rows = client.query(KNOWN, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)))).collect()
}

fn otherwise(table: &str) -> Failure {
    Failure::Refused(format!("Citus has the table {table} already, and otherwise: undistribute_table('{table}')"))
}

async fn put_on_every_node(client: &Connection, table: &str) -> Result<Declared> {
    match known(client).await?.get(table) {
        Some((None, _)) => Ok(Declared::Before),
        Some((Some(_), _)) => Err(otherwise(table)),
        None => {
            client.execute("SELECT create_reference_table($1::text::regclass)", &[&table]).await?;
            Ok(Declared::OnEveryNode)
        }
    }
}

async fn spread(client: &Connection, table: &str) -> Result<Declared> {
    let [first, ..] = DISTRIBUTED;
    let known = known(client).await?;
    let (with, known_first) = if table == first { ("none", None) } else { (first, known.get(first)) };
    match known.get(table) {
        Some((Some(column), group)) if column == "tenant_id" && known_first.is_none_or(|(_, with)| with == group) => {
            Ok(Declared::Before)
        }
        Some(_) => Err(otherwise(table)),
        None => {
            let sql = "SELECT create_distributed_table($1::text::regclass, 'tenant_id', colocate_with => $2::text)";
            client.execute(sql, &[&table, &with]).await?;
            Ok(Declared::Distributed)
        }
    }
}
