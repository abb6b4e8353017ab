//! Whether a node can do its work with the database, which is asked every second by those who send it requests.

use super::BEGIN;
use super::connection::{Failure, Result};
use super::distribute::{DISTRIBUTED, ON_EVERY_NODE};
use super::pool::Pool;
use super::transaction::Transaction;
use crate::copy::UNFINISHED;
use std::time::Duration;

/// How long a server may take to say that it is ready. Whoever asks does not wait for as long as a statement may last.
const READY_LIMIT: Duration = Duration::from_secs(10);

/// One round trip, which reads no row of a tenant: whether nothing can be written, which tables are missing or another
/// role's, and whether there is the mark of a copy.
const READY: &str = "SELECT current_setting('transaction_read_only') = 'on',
     (SELECT string_agg(name, ', ') FROM unnest($1::text[]) AS name WHERE NOT coalesce(
        has_table_privilege(to_regclass(name), 'SELECT') AND has_table_privilege(to_regclass(name), 'INSERT')
        AND has_table_privilege(to_regclass(name), 'UPDATE') AND has_table_privilege(to_regclass(name), 'DELETE'),
        false)),
     EXISTS (SELECT 1 FROM copying)";

/// Does nothing, if the store can be written. The transaction is one that writes: one that only reads would find itself
/// read-only.
pub(super) async fn ready(pool: &Pool) -> Result<()> {
    let tables: Vec<&str> = DISTRIBUTED.into_iter().chain(ON_EVERY_NODE).collect();
    let asked = async { Transaction::begin_with(pool.get().await?, BEGIN, READY, &[&tables]).await };
    let (_open, rows) = tokio::time::timeout(READY_LIMIT, asked).await.map_err(|_| Failure::Silent(READY_LIMIT))??;
    let Some(row) = rows.first() else { return Ok(()) };
    if row.try_get(0)? {
        let reason = "the database takes no writes: it is a standby, or default_transaction_read_only is on";
        return Err(Failure::Refused(reason.to_owned()));
    }
    if let Some(tables) = row.try_get::<_, Option<String>>(1)? {
        return Err(Failure::Refused(format!(
            "the role may not read and write these tables, or they are missing: {tables}"
        )));
    }
    if row.try_get(2)? { Err(Failure::Refused(UNFINISHED.to_owned())) } else { Ok(()) }
}
