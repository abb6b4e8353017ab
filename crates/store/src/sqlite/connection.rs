//! Opening a database file: who may, how it is set, and bringing it to the present schema.

use engine::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a connection waits for a lock of another process, such as an export.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Page cache of the writing connection.
const WRITER_CACHE_KIB: i64 = 16 * 1_024;
/// Page cache of each reading connection.
const READER_CACHE_KIB: i64 = 4 * 1_024;
/// Prepared statements that a connection keeps.
const STATEMENTS_MAX: usize = 128;

/// Numbered, forward only; an applied one is never edited (its checksum is kept).
const MIGRATIONS: [(i64, &str); 1] = [(1, include_str!("../../migrations/sqlite/0001_initial.sql"))];

/// An error of the driver as one of the port.
pub(super) fn failed(attempted: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error {
        rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
            StoreError::Corrupt { attempted, reason: error.to_string() }
        }
        other => StoreError::Unavailable { attempted, reason: other.to_string() },
    }
}

/// Something that could not be reached.
pub(super) fn unavailable(attempted: &'static str, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable { attempted, reason: reason.to_string() }
}

/// The writing connection, at the present schema. The file is created when it is missing.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let attempted = "open the store";
    let mut connection =
        Connection::open(path).map_err(|error| unavailable(attempted, format!("{}: {error}", path.display())))?;
    let set_up = |connection: &Connection| -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        keep_plans(connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        // Checkpoints are the business of a thread of their own.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(())
    };
    set_up(&connection).map_err(|error| unavailable(attempted, format!("{}: {error}", path.display())))?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let attempted = "open the store for reading";
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| unavailable(attempted, format!("{}: {error}", path.display())))?;
    let set_up = |connection: &Connection| -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        keep_plans(connection)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(())
    };
    set_up(&connection).map_err(|error| unavailable(attempted, format!("{}: {error}", path.display())))?;
    Ok(connection)
}

/// Plans must not depend on bound values: by default SQLite compiles a statement anew whenever a value that
/// might matter to its plan is bound, which costs ten times what running it does.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let attempted = "bring the store to the present schema";
    let run = |connection: &mut Connection| -> rusqlite::Result<Option<String>> {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, checksum INTEGER NOT NULL) STRICT;",
        )?;
        let applied: Vec<(i64, i64)> = transaction
            .prepare("SELECT number, checksum FROM migrations ORDER BY number")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        if applied.len() > MIGRATIONS.len() {
            return Ok(Some("the store was written by a newer version of this program".to_owned()));
        }
        for (at, (number, sql)) in MIGRATIONS.iter().enumerate() {
            match applied.get(at) {
                Some(known) if *known == (*number, checksum(sql)) => {}
                Some(_) => return Ok(Some(format!("migration {number} is not the one that was applied"))),
                None => {
                    transaction.execute_batch(sql)?;
                    transaction.execute("INSERT INTO migrations VALUES (?1, ?2)", (number, checksum(sql)))?;
                }
            }
        }
        transaction.commit()?;
        Ok(None)
    };
    match run(connection).map_err(failed(attempted))? {
        None => Ok(()),
        Some(reason) => Err(StoreError::Corrupt { attempted, reason }),
    }
}

/// FNV-1a: tells an edited migration from the applied one; it guards against slips, not against attacks.
fn checksum(text: &str) -> i64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    i64::from_le_bytes(hash.to_le_bytes())
}

/// A second connection that may write, for checkpoints.
pub(super) fn open_writer_beside(path: &Path) -> Result<Connection, StoreError> {
    let attempted = "open the store for checkpoints";
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|error| unavailable(attempted, error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| unavailable(attempted, error))?;
    Ok(connection)
}
