//! A file as one side of a copy.

use super::connection::{failed, open_snapshot, open_writer};
use super::lock::{StoreLock, only_name_of};
use super::{connection, identity};
use crate::copy::{NOT_EMPTY, SIGNING_KEYS, Side, Table, UNFINISHED, Value, refused};
use async_trait::async_trait;
use engine::store::StoreError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};
use std::path::Path;

const ATTEMPTED: &str = "copy the store";

/// A file that is copied, or the copy.
pub(crate) struct SqliteSide {
    connection: Connection,
    /// Keeps servers away from the copy.
    lock: Option<StoreLock>,
}

impl SqliteSide {
    /// What is copied: the file as it is now, beside a running server or after one was killed.
    pub(crate) fn source(path: &Path) -> Result<Self, StoreError> {
        if path.try_exists().is_ok_and(|exists| !exists) {
            return Err(refused(format!("there is no store at {}", path.display())));
        }
        identity::may_be_read(path)?;
        Ok(Self { connection: open_snapshot(path)?, lock: None })
    }

    /// The copy: made when it is missing.
    pub(crate) fn target(path: &Path) -> Result<Self, StoreError> {
        let path = only_name_of(path)?;
        identity::may_be_written(&path)?;
        let lock = StoreLock::take(&path)?;
        match open_writer(&path) {
            Ok(connection) => Ok(Self { connection, lock: Some(lock) }),
            Err(error) => {
                lock.remove();
                Err(error)
            }
        }
    }
}

impl Drop for SqliteSide {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            lock.remove();
        }
    }
}

/// All tables with what a store holds, by name. Those of other kinds of store are the same.
pub(crate) fn tables() -> Result<Vec<Table>, StoreError> {
    let read = || -> rusqlite::Result<Vec<Table>> {
        let connection = Connection::open_in_memory()?;
        connection::MIGRATIONS.iter().try_for_each(|(_, sql)| connection.execute_batch(sql))?;
        let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
        let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        names.into_iter().filter(|name| name != "copying").map(|name| table(&connection, name)).collect()
    };
    read().map_err(failed(ATTEMPTED))
}

fn table(connection: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut columns = connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let columns: Vec<(String, u32)> =
        columns.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut key: Vec<(u32, usize)> =
        columns.iter().enumerate().filter(|(_, (_, place))| *place > 0).map(|(at, (_, place))| (*place, at)).collect();
    key.sort_unstable();
    let key = key.into_iter().map(|(_, at)| at).collect();
    Ok(Table { name, columns: columns.into_iter().map(|(column, _)| column).collect(), key })
}

/// Refuses a file that is an unfinished copy.
pub(super) fn is_whole(connection: &Connection) -> Result<(), StoreError> {
    match mark(connection).map_err(failed("open the store"))? {
        None => Ok(()),
        Some(_) => Err(connection::unavailable("open the store", UNFINISHED)),
    }
}

fn mark(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT state FROM copying", [], |row| row.get(0)).optional()
}

#[async_trait]
impl Side for SqliteSide {
    async fn state(&mut self) -> Result<String, StoreError> {
        let sql = "SELECT group_concat(tenant_id || ':' || version || ':' || structure_version, ' ')
                   FROM (SELECT * FROM tenants ORDER BY tenant_id)";
        let state: Option<String> = self.connection.query_row(sql, [], |row| row.get(0)).map_err(failed(ATTEMPTED))?;
        Ok(state.unwrap_or_default())
    }

    async fn mark(&mut self) -> Result<Option<String>, StoreError> {
        mark(&self.connection).map_err(failed(ATTEMPTED))
    }

    async fn begin(&mut self, state: &str, tables: &[Table]) -> Result<Option<String>, StoreError> {
        let mut begin = || -> rusqlite::Result<std::result::Result<Option<String>, StoreError>> {
            let transaction = self.connection.transaction()?;
            if let Some(mark) = mark(&transaction)? {
                return Ok(Ok(Some(mark)));
            }
            for table in tables.iter().filter(|table| table.tells_a_filled_store()) {
                let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
                if transaction.query_row(&sql, [], |_| Ok(())).optional()?.is_some() {
                    return Ok(Err(refused(NOT_EMPTY.to_owned())));
                }
            }
            transaction.execute(&format!("DELETE FROM {SIGNING_KEYS}"), [])?;
            transaction.execute("INSERT INTO copying VALUES (?1)", [state])?;
            transaction.commit()?;
            Ok(Ok(None))
        };
        begin().map_err(failed(ATTEMPTED))?
    }

    async fn finish(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM copying", []).map_err(failed(ATTEMPTED))?;
        // The log is of no use any more, and whoever copies the file alone has all of it.
        let emptied = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        emptied.map_err(failed(ATTEMPTED))
    }

    fn remedy(&self) -> &'static str {
        "remove the file of the unfinished copy and start anew"
    }

    async fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let count = self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        count.map(i64::unsigned_abs).map_err(failed(ATTEMPTED))
    }

    async fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let sql = table.page_sql('?', after.is_some(), limit);
        let read = || -> rusqlite::Result<Vec<Vec<Value>>> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(after.unwrap_or_default()))?;
            let mut page = Vec::new();
            while let Some(row) = rows.next()? {
                let value = |column| row.get_ref(column).and_then(|value| value_of(column, value));
                page.push((0..table.columns.len()).map(value).collect::<Result<_, _>>()?);
            }
            Ok(page)
        };
        read().map_err(failed(ATTEMPTED))
    }

    async fn write(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let mut write = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            let marks: Vec<String> = (1..=table.columns.len()).map(|number| format!("?{number}")).collect();
            let (columns, marks) = (table.columns.join(", "), marks.join(", "));
            let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", table.name);
            let mut insert = transaction.prepare_cached(&sql)?;
            for row in &rows {
                insert.execute(params_from_iter(row))?;
            }
            drop(insert);
            transaction.commit()
        };
        write().map_err(failed(ATTEMPTED))
    }
}

fn value_of(column: usize, value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(_) => Value::Text(value.as_str()?.to_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
        ValueRef::Real(_) => return Err(super::rows::corrupt(column, "no whole number")),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Null => rusqlite::types::Null.to_sql(),
            Self::Integer(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
        }
    }
}
