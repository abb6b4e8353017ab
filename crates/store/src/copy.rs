//! Copying a store into another one, whatever the kinds of the two: row by row, in the order of the keys.
//!
//! Both kinds have the same tables with the same columns. What is copied is one moment of the first store; the rows go
//! over in pages, each of them durable before the next, so that a copy that was cut off goes on where it was. Until it
//! is whole, the second store has a mark and nobody opens it.

use crate::postgres::PostgresSide;
use crate::sqlite::{SqliteSide, tables};
use async_trait::async_trait;
use engine::store::StoreError;
use std::path::PathBuf;

/// Rows that go over at a time.
pub(crate) const PAGE_ROWS: usize = 5_000;

/// Why a store with a mark is not opened.
pub(crate) const UNFINISHED: &str =
    "it is the unfinished copy of another store; finish it with `seatwright store copy`";

/// Where a store is that is copied, or the copy.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A database, by its URL.
    Postgres(String),
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Rows that the second store has.
    pub rows: u64,
    /// Rows of the first store.
    pub of: u64,
}

/// What a column holds, as SQLite has it: a flag is 0 or 1, an id is 16 bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A table: its columns, and which of them are its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// Places among the columns.
    pub(crate) key: Vec<usize>,
}

impl Table {
    /// The key of a row.
    fn key_of(&self, row: &[Value]) -> Vec<Value> {
        self.key.iter().filter_map(|at| row.get(*at)).cloned().collect()
    }

    /// A query for rows in the order of their keys, after a key or after so many rows; `mark` is what begins the name
    /// of a parameter.
    pub(crate) fn page_sql(&self, mark: char, is_after: bool, limit: usize, offset: u64) -> String {
        let key: Vec<&str> = self.key.iter().filter_map(|at| self.columns.get(*at)).map(String::as_str).collect();
        let key = key.join(", ");
        let marks: Vec<String> = (1..=self.key.len()).map(|number| format!("{mark}{number}")).collect();
        let after = if is_after { format!("WHERE ({key}) > ({})", marks.join(", ")) } else { String::new() };
        format!(
            "SELECT {} FROM {} {after} ORDER BY {key} LIMIT {limit} OFFSET {offset}",
            self.columns.join(", "),
            self.name
        )
    }
}

/// One of the two stores.
#[async_trait]
pub(crate) trait Side: Send {
    /// What tells this state of a store from others: of each tenant, how often it was changed.
    async fn state(&mut self) -> Result<String, StoreError>;

    /// The mark of an unfinished copy: the state of what is copied.
    async fn mark(&mut self) -> Result<Option<String>, StoreError>;

    /// Sets the mark, or takes it away and makes the copy ready for use.
    async fn set_mark(&mut self, mark: Option<&str>) -> Result<(), StoreError>;

    /// How many rows a table has.
    async fn count(&mut self, table: &Table) -> Result<u64, StoreError>;

    /// Rows in the order of their keys, after a key or after so many rows.
    async fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        limit: usize,
        offset: u64,
    ) -> Result<Vec<Vec<Value>>, StoreError>;

    /// Adds rows, all of them or none.
    async fn write(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError>;
}

/// Copies the store at `from` to `to`, which must be empty or the unfinished copy of the very same state. `tell` hears
/// how far it is. The first store may be served meanwhile: what is copied is the moment at which this began.
///
/// # Errors
/// When one of them cannot be reached, `to` holds something else, or the counts differ in the end.
pub async fn copy(from: &Place, to: &Place, mut tell: impl FnMut(Copied) + Send) -> Result<Copied, StoreError> {
    let mut from = source(from).await?;
    let mut to = target(to).await?;
    let tables = tables()?;
    prepare(from.as_mut(), to.as_mut(), &tables).await?;
    let mut copied = Copied::default();
    for table in &tables {
        copied.of += from.count(table).await?;
    }
    for table in &tables {
        copy_table(from.as_mut(), to.as_mut(), table, &mut copied, &mut tell).await?;
    }
    for table in &tables {
        let (wanted, found) = (from.count(table).await?, to.count(table).await?);
        if wanted != found {
            return Err(refused(format!(
                "{} has {found} rows of {wanted}; remove the copy and start anew",
                table.name
            )));
        }
    }
    to.set_mark(None).await?;
    Ok(copied)
}

async fn source(place: &Place) -> Result<Box<dyn Side>, StoreError> {
    Ok(match place {
        Place::Sqlite(path) => Box::new(SqliteSide::source(path)?),
        Place::Postgres(url) => Box::new(PostgresSide::source(url).await?),
    })
}

async fn target(place: &Place) -> Result<Box<dyn Side>, StoreError> {
    Ok(match place {
        Place::Sqlite(path) => Box::new(SqliteSide::target(path)?),
        Place::Postgres(url) => Box::new(PostgresSide::target(url).await?),
    })
}

/// Marks an empty store, and lets an unfinished copy of the same state go on.
async fn prepare(from: &mut dyn Side, to: &mut dyn Side, tables: &[Table]) -> Result<(), StoreError> {
    if from.mark().await?.is_some() {
        return Err(refused("what is to be copied is an unfinished copy itself".to_owned()));
    }
    let state = from.state().await?;
    match to.mark().await? {
        Some(mark) if mark == state => Ok(()),
        Some(_) => {
            let reason = "the store was changed since the copy was begun; remove the unfinished copy and start anew";
            Err(refused(reason.to_owned()))
        }
        None => {
            for table in tables {
                if to.count(table).await? > 0 {
                    return Err(refused("the store that is to be the copy is not empty".to_owned()));
                }
            }
            to.set_mark(Some(&state)).await
        }
    }
}

async fn copy_table(
    from: &mut dyn Side,
    to: &mut dyn Side,
    table: &Table,
    copied: &mut Copied,
    tell: &mut (dyn FnMut(Copied) + Send),
) -> Result<(), StoreError> {
    // Rows go over in their order and in whole pages: as many are there as went over.
    let mut offset = to.count(table).await?;
    copied.rows += offset;
    let mut after: Option<Vec<Value>> = None;
    loop {
        let rows = from.page(table, after.as_deref(), PAGE_ROWS, offset).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        (after, offset) = (Some(table.key_of(last)), 0);
        copied.rows += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        to.write(table, rows).await?;
        tell(*copied);
    }
}

/// What stands in the way of a copy.
pub(crate) fn refused(reason: String) -> StoreError {
    StoreError::Unavailable { attempted: "copy the store", reason }
}
