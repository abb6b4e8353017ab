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

/// Why nothing is copied into a store with rows.
pub(crate) const NOT_EMPTY: &str = "the store that is to be the copy is not empty";

/// The table with the keys that sign tokens.
pub(crate) const SIGNING_KEYS: &str = "signing_keys";

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

    /// Whether a store with a row in it is no longer empty. A server that was started on an empty store leaves a signing
    /// key behind, and nothing that was signed with it: the copy has its own. Of a file no server has it in memory still;
    /// of a database one may, so that there it has to be taken away by hand.
    pub(crate) fn tells_a_filled_store(&self) -> bool {
        self.name != SIGNING_KEYS
    }

    /// A query for rows in the order of their keys, all or after a key; `mark` is what begins the name of a parameter.
    pub(crate) fn page_sql(&self, mark: char, is_after: bool, limit: usize) -> String {
        let key: Vec<&str> = self.key.iter().filter_map(|at| self.columns.get(*at)).map(String::as_str).collect();
        let key = key.join(", ");
        let marks: Vec<String> = (1..=self.key.len()).map(|number| format!("{mark}{number}")).collect();
        let after = if is_after { format!("WHERE ({key}) > ({})", marks.join(", ")) } else { String::new() };
        format!("SELECT {} FROM {} {after} ORDER BY {key} LIMIT {limit}", self.columns.join(", "), self.name)
    }
}

/// One of the two stores.
#[async_trait]
pub(crate) trait Side: Send {
    /// What tells this state of a store from others: of each tenant, how often it was changed.
    async fn state(&mut self) -> Result<String, StoreError>;

    /// The mark of an unfinished copy: the state of what is copied.
    async fn mark(&mut self) -> Result<Option<String>, StoreError>;

    /// Sets the mark on an empty store, in one step with the look that finds it empty: nobody fills it in between. A
    /// mark that is there already is left; it is what this answers.
    async fn begin(&mut self, state: &str, tables: &[Table]) -> Result<Option<String>, StoreError>;

    /// Takes the mark away and makes the copy ready for use.
    async fn finish(&mut self) -> Result<(), StoreError>;

    /// What to do about a copy that cannot go on.
    fn remedy(&self) -> &'static str;

    /// How many rows a table has.
    async fn count(&mut self, table: &Table) -> Result<u64, StoreError>;

    /// Rows in the order of their keys, the first ones or those after a key.
    async fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, StoreError>;

    /// Adds rows, all of them or none.
    async fn write(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError>;
}

/// Copies the store at `from` to `to`, which must be empty or the unfinished copy of the very same state. `tell` hears
/// how far it is. The first store may be served meanwhile: what is copied is the moment at which this began.
///
/// # Errors
/// When one of them cannot be reached, `to` holds something else or is being copied into, or the counts differ in the end.
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
            return Err(refused(format!("{} has {found} rows of {wanted}; {}", table.name, to.remedy())));
        }
    }
    to.finish().await?;
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
    match to.begin(&state, tables).await? {
        Some(mark) if mark != state => {
            let reason = "the store was changed since the copy was begun, or it is the unfinished copy of another one";
            Err(refused(format!("{reason}; {}", to.remedy())))
        }
        _ => Ok(()),
    }
}

async fn copy_table(
    from: &mut dyn Side,
    to: &mut dyn Side,
    table: &Table,
    copied: &mut Copied,
    tell: &mut (dyn FnMut(Copied) + Send),
) -> Result<(), StoreError> {
    let mut after: Option<Vec<Value>> = None;
    // Rows go over in their order: what an earlier copy wrote are the first ones, and they are compared.
    let mut is_there = true;
    loop {
        let mut rows = from.page(table, after.as_deref(), PAGE_ROWS).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        let last = table.key_of(last);
        copied.rows += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        if is_there {
            let there = to.page(table, after.as_deref(), PAGE_ROWS).await?;
            if !rows.starts_with(&there) {
                let reason = format!("{} of the copy has rows that are not of the store", table.name);
                return Err(refused(format!("{reason}; {}", to.remedy())));
            }
            is_there = there.len() == rows.len();
            rows.drain(..there.len());
        }
        if !rows.is_empty() {
            to.write(table, rows).await?;
            tell(*copied);
        }
        after = Some(last);
    }
}

/// What stands in the way of a copy.
pub(crate) fn refused(reason: String) -> StoreError {
    StoreError::Unavailable { attempted: "copy the store", reason }
}
