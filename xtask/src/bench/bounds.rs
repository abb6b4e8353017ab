//! What the database itself can do: the same effect in hand-written SQL on the product's own schema.

use anyhow::{Context, Result};
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;

/// Opens a store's file with the settings that the product writes with.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).context("could not open the store")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -16 * 1_024)?;
    Ok(connection)
}

/// Rows per second of a plain `INSERT .. SELECT` of one applied path for each member of the group.
pub(crate) fn insert_select(path: &Path, tenant: u32) -> Result<f64> {
    let connection = open(path)?;
    let begun = Instant::now();
    let rows = connection.execute(
        "INSERT INTO assignments
         SELECT tenant_id, user_key, 0, 1, 0, x'', 1700000000000, 1700000000000 FROM memberships
         WHERE tenant_id = ?1 AND group_key = 0 ORDER BY user_key",
        [tenant],
    )?;
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    connection.execute("DELETE FROM assignments WHERE tenant_id = ?1", [tenant])?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(rate)
}

/// The transaction of one direct assignment, one to a commit: transactions per second over `time`.
/// `first` numbers the first user; the next one comes back too.
pub(crate) fn assign_one_by_one(
    connection: &mut Connection,
    users: u32,
    skus: u32,
    time: std::time::Duration,
    first: u64,
) -> Result<(f64, u64)> {
    let begun = Instant::now();
    let mut number = first;
    while begun.elapsed() < time {
        let (user, sku) = pair(number, users, skus);
        assign(connection, user, sku)?;
        number += 1;
    }
    Ok(((number - first) as f64 / begun.elapsed().as_secs_f64(), number))
}

/// User and SKU of the n-th assignment: each user once, then each once more with another SKU.
pub(crate) fn pair(number: u64, users: u32, skus: u32) -> (u32, u32) {
    let (round, user) = (number / u64::from(users), number % u64::from(users));
    let sku = (user + round) % u64::from(skus);
    (u32::try_from(user).unwrap_or(0), u32::try_from(sku).unwrap_or(0))
}

/// Read the user and its assignments, take a seat if one is free, write the assignment and what is audited.
fn assign(connection: &mut Connection, user: u32, sku: u32) -> Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    {
        let location: Option<String> = transaction
            .prepare_cached("SELECT usage_location FROM users WHERE tenant_id = 1 AND id = ?1 AND purged = 0")?
            .query_row([super::synthetic::user_id(user).0], |row| row.get(0))?;
        location.context("the user has no location")?;
        let mut held = transaction.prepare_cached(
            "SELECT sku_key, source, state, disabled FROM assignments WHERE tenant_id = 1 AND user_key = ?1",
        )?;
        let mut rows = held.query([user])?;
        while rows.next()?.is_some() {}
        let taken = transaction
            .prepare_cached(
                "UPDATE skus SET consumed = consumed + 1 WHERE tenant_id = 1 AND sku_key = ?1 AND consumed <
                 (SELECT sum(total_licenses) FROM subscriptions WHERE tenant_id = 1 AND sku_key = ?1 AND status < 2)",
            )?
            .execute([sku])?;
        anyhow::ensure!(taken == 1, "no seat was free");
        transaction
            .prepare_cached(
                "INSERT INTO assignments VALUES (1, ?1, ?2, 0, 0, x'', 1700000000000, 1700000000000)
                 ON CONFLICT DO UPDATE SET state = 0",
            )?
            .execute([user, sku])?;
        let version: i64 = transaction
            .prepare_cached("UPDATE tenants SET version = version + 1 WHERE tenant_id = 1 RETURNING version")?
            .query_row([], |row| row.get(0))?;
        transaction
            .prepare_cached(
                "INSERT INTO audit VALUES (1, ?1, 1700000000000, 1, NULL, NULL, 'Change user license', NULL, x'000100', x'00')",
            )?
            .execute([version])?;
    }
    transaction.commit()?;
    Ok(())
}
