//! Opening a database file: who may, how it is set, and bringing it to the present schema.

use super::identity::APPLICATION_ID;
use crate::columns::checksum;
use engine::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a connection waits for a lock of another process, such as an export.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Page cache of the writing connection.
const WRITER_CACHE_KIB: i64 = 16 * 1_024;
/// Page cache of each reading connection.
const READER_CACHE_KIB: i64 = 16 * 1_024;
/// Prepared statements that a connection keeps.
const STATEMENTS_MAX: usize = 128;

/// Numbered, forward only; an applied one is never edited (its checksum is kept).
pub(super) const MIGRATIONS: [(i64, &str); 1] = [(1, include_str!("../../migrations/sqlite/0001_initial.sql"))];

/// What SQLite says of a value or a row that it does not take.
const REFUSES_THE_DATA: [ErrorCode; 3] = [ErrorCode::ConstraintViolation, ErrorCode::TypeMismatch, ErrorCode::TooBig];

/// An error of the driver as one of the port.
pub(super) fn failed(attempted: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error {
        rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
            StoreError::Corrupt { attempted, reason: error.to_string() }
        }
        rusqlite::Error::SqliteFailure(failure, _) if REFUSES_THE_DATA.contains(&failure.code) => {
            StoreError::Unstorable { attempted, reason: error.to_string() }
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
    let failed = |error: &dyn std::fmt::Display| unavailable(attempted, format!("{}: {error}", path.display()));
    // It holds the key that signs tokens: nobody else may read it. The log gets the rights of the file.
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failed(&error))?;
    let mut connection = Connection::open(path).map_err(|error| failed(&error))?;
    let set_up = |connection: &Connection| -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        keep_plans(connection)?;
        // Before there is a log, so that the name is in the file itself from the beginning.
        let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if id != APPLICATION_ID {
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        // Checkpoints are the business of a thread of their own.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(())
    };
    set_up(&connection).map_err(|error| failed(&error))?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    reader(path).map_err(|error| unavailable("open the store for reading", format!("{}: {error}", path.display())))
}

fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    set_up_reader(Connection::open_with_flags(path, flags)?)
}

/// A connection to a file that nobody changes, whose log is empty: it needs no right to write anything.
pub(super) fn unchanging_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    set_up_reader(Connection::open_with_flags(uri_of(path) + "?immutable=1", flags)?)
}

fn uri_of(path: &Path) -> String {
    let mut uri = if path.is_absolute() { "file://" } else { "file:" }.to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

fn set_up_reader(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// Whether all that was committed is in the file itself.
pub(super) fn log_is_empty(path: &Path) -> bool {
    std::fs::metadata(log_of(path)).map_or(true, |log| log.len() == 0)
}

/// Where the write-ahead log is.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A connection that sees one moment of the file, even where it may not write.
pub(super) fn open_snapshot(path: &Path) -> Result<Connection, StoreError> {
    let begin = |reader: Connection| -> rusqlite::Result<Connection> {
        reader.execute_batch("BEGIN")?;
        // The snapshot begins with the first read.
        reader.query_row("SELECT count(*) FROM migrations", [], |row| row.get::<_, i64>(0))?;
        Ok(reader)
    };
    let opened = match reader(path).and_then(begin) {
        Err(error) if may_not_write(&error) && log_is_empty(path) => unchanging_reader(path).and_then(begin),
        opened => opened,
    };
    opened.map_err(|error| {
        let reason = if may_not_write(&error) && !log_is_empty(path) {
            let log = log_of(path);
            format!("reading {} takes the right to write in its folder; copy both files elsewhere", log.display())
        } else {
            error.to_string()
        };
        unavailable("read the store", format!("{}: {reason}", path.display()))
    })
}

/// Whether SQLite missed the right to make the files that it needs beside the store.
fn may_not_write(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
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

/// Whether this row of the table of migrations is the first one of ours.
pub(super) fn is_first_migration((number, sum): (i64, i64)) -> bool {
    MIGRATIONS.first().is_some_and(|(first, sql)| (*first, checksum(sql)) == (number, sum))
}

/// A second connection that may write, for checkpoints.
pub(super) fn open_writer_beside(path: &Path) -> Result<Connection, StoreError> {
    let attempted = "open the store for checkpoints";
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|error| unavailable(attempted, error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| unavailable(attempted, error))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_name_is_opened_without_a_right_to_write() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["plain.db", "a b?c#d%41&immutable=0.db", "größe.db"] {
            let path = folder.path().join(name);
            Connection::open(&path)
                .unwrap()
                .execute_batch("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7)")
                .unwrap();
            let opened = unchanging_reader(&path).unwrap();
            assert_eq!(opened.query_row("SELECT n FROM t", [], |row| row.get::<_, i64>(0)), Ok(7), "{name}");
            assert!(opened.execute("DELETE FROM t", []).is_err());
        }
        assert_eq!(uri_of(Path::new("//a/b")), "file:////a/b");
    }
}
