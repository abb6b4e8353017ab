//! Whose a database file is: a store is told from other people's databases before anything is changed.

use super::connection::{BUSY_TIMEOUT, failed, is_first_migration, log_is_empty, unavailable, unchanging_reader};
use engine::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// `PRAGMA application_id` of every store: "Seat".
pub(super) const APPLICATION_ID: i32 = 0x5365_6174;

const ATTEMPTED: &str = "open the store";
/// How every SQLite database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Length of its header.
const HEADER_BYTES: usize = 100;
/// Where in the header the application id is: four bytes, the highest first.
const APPLICATION_ID_AT: std::ops::Range<usize> = 68..72;

/// Whose a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// There is nothing in it, or no file.
    Nobody,
    Seatwright,
    Somebody,
}

/// Refuses what can be no store, and what belongs to somebody else.
pub(super) fn may_be_written(path: &Path) -> Result<(), StoreError> {
    match owner(path)? {
        Owner::Nobody | Owner::Seatwright => Ok(()),
        Owner::Somebody => Err(no_store(path)),
    }
}

/// Refuses what is no store.
pub(super) fn may_be_read(path: &Path) -> Result<(), StoreError> {
    match owner(path)? {
        Owner::Seatwright => Ok(()),
        Owner::Nobody | Owner::Somebody => Err(no_store(path)),
    }
}

fn no_store(path: &Path) -> StoreError {
    unavailable(ATTEMPTED, format!("{} is no Seatwright store", path.display()))
}

fn owner(path: &Path) -> Result<Owner, StoreError> {
    let broken = |error: std::io::Error| unavailable(ATTEMPTED, format!("{}: {error}", path.display()));
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            return Err(unavailable(ATTEMPTED, format!("{} is a directory", path.display())));
        }
        // A pipe would have to be waited for.
        Ok(found) if !found.is_file() => return Ok(Owner::Somebody),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return has_a_folder(path).map(|()| Owner::Nobody),
        Err(error) => return Err(broken(error)),
    }
    let mut header = Vec::new();
    let limit = u64::try_from(HEADER_BYTES).unwrap_or(u64::MAX);
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut header)).map_err(broken)?;
    if header.is_empty() {
        return Ok(Owner::Nobody);
    }
    if header.len() < HEADER_BYTES || !header.starts_with(MAGIC) {
        return Ok(Owner::Somebody);
    }
    let id = header.get(APPLICATION_ID_AT).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
    match id {
        Some(APPLICATION_ID) => Ok(Owner::Seatwright),
        // Nobody has put a name in it, or not yet in this file: the log may be ahead.
        Some(0) => owner_by_content(path),
        _ => Ok(Owner::Somebody),
    }
}

fn has_a_folder(path: &Path) -> Result<(), StoreError> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) if !parent.is_dir() => {
            let reason = format!("{}: there is no folder {}", path.display(), parent.display());
            Err(unavailable(ATTEMPTED, reason))
        }
        _ => Ok(()),
    }
}

/// Looks at the tables without changing the file or its log.
fn owner_by_content(path: &Path) -> Result<Owner, StoreError> {
    let look = |connection: &Connection| -> rusqlite::Result<Owner> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let count = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        if id == APPLICATION_ID {
            return Ok(Owner::Seatwright);
        }
        if id == 0 && count("SELECT count(*) FROM sqlite_schema")? == 0 {
            return Ok(Owner::Nobody);
        }
        // Stores that were made before they had a name.
        if id == 0 && count("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'")? == 1 {
            let first = connection.prepare("SELECT * FROM migrations WHERE rowid = 1");
            let first =
                first.and_then(|mut first| first.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional());
            if first.is_ok_and(|first| first.is_some_and(is_first_migration)) {
                return Ok(Owner::Seatwright);
            }
        }
        Ok(Owner::Somebody)
    };
    let connection = if log_is_empty(path) {
        unchanging_reader(path)
    } else {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(path, flags)
    };
    match connection.and_then(|connection| look(&connection)) {
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::NotADatabase => {
            Ok(Owner::Somebody)
        }
        looked => looked.map_err(failed(ATTEMPTED)),
    }
}
