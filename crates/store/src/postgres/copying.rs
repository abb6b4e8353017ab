//! A database as one side of a copy.

use super::connection::{self, Failure, Result, WHOLE_TABLES, failed, lock_the_store};
use super::pool::{Connection, Pool, pool};
use super::rows::Text;
use super::transaction::{Parameters, Transaction};
use super::{BEGIN, BEGIN_SNAPSHOT};
use crate::copy::{NOT_EMPTY, SIGNING_KEYS, Side, Table, Value};
use async_trait::async_trait;
use bytes::BytesMut;
use engine::store::StoreError;
use std::error::Error;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

const ATTEMPTED: &str = "copy the store";

/// Columns with texts from outside, which are written by [`Text`]. All others are this program's own, or JSON.
const TEXTS: [&str; 8] = [
    "display_name",
    "folded_address",
    "folded_domain",
    "folded_name",
    "folded_unique_name",
    "name",
    "principal_name",
    "rule",
];

/// A database that is copied, or the copy.
pub(crate) struct PostgresSide {
    pool: Pool,
    /// The moment that is copied; none of the copy.
    moment: Option<Transaction>,
    /// A session that keeps other copies out of the copy for as long as it lives; none of what is copied.
    _alone: Option<Connection>,
}

/// Number of the advisory lock of who copies into a database: "Copy".
const LOCK_OF_A_COPY: i64 = 0x436f_7079;
/// A server may run on the database still and sign with its key: it would not see that it is another one.
const SERVED: &str = "a server was started on the database that is to be the copy and has left its signing key there; stop \
     whatever runs on it, and create it again, or DELETE FROM signing_keys";
/// How long it is waited for: the session of a copy that was cut off ends a moment later.
const WAIT_FOR_A_COPY: &str = "SET lock_timeout = '3s'";

/// Keeps other copies out, or is kept out.
async fn alone(client: Connection) -> Result<Connection> {
    client.batch_execute(WAIT_FOR_A_COPY).await?;
    match client.execute("SELECT pg_advisory_lock($1)", &[&LOCK_OF_A_COPY]).await {
        Ok(_) => Ok(client),
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            Err(Failure::Refused("another copy into this database is running".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

impl PostgresSide {
    /// What is copied: the database as it is now, beside running servers.
    pub(crate) async fn source(url: &str) -> std::result::Result<Self, StoreError> {
        let open = async {
            let target = connection::Target::of(url)?;
            let pool = pool(&target, || {})?;
            let moment = Transaction::begin(target.first(&pool).await?, BEGIN_SNAPSHOT).await?;
            moment.batch("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
            moment.take_time(WHOLE_TABLES).await?;
            connection::is_store(&moment).await?;
            Ok(Self { pool, moment: Some(moment), _alone: None })
        };
        open.await.map_err(failed("open the store"))
    }

    /// The copy, at the present schema, which is made when there is none.
    pub(crate) async fn target(url: &str) -> std::result::Result<Self, StoreError> {
        let open = async {
            let target = connection::Target::of(url)?;
            let pool = pool(&target, || {})?;
            let alone = alone(target.first(&pool).await?).await?;
            connection::migrate(pool.get().await?).await?;
            Ok(Self { pool, moment: None, _alone: Some(alone) })
        };
        open.await.map_err(failed("open the store"))
    }

    async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>> {
        match &self.moment {
            Some(moment) => moment.query(sql, parameters).await,
            None => {
                let reading = Transaction::begin(self.pool.get().await?, BEGIN_SNAPSHOT).await?;
                reading.take_time(WHOLE_TABLES).await?;
                reading.query(sql, parameters).await
            }
        }
    }

    async fn first<T: for<'a> FromSql<'a>>(&self, sql: &str) -> std::result::Result<Option<T>, StoreError> {
        let first = async {
            let rows = self.query(sql, &[]).await?;
            Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
        };
        first.await.map_err(failed(ATTEMPTED))
    }

    async fn writing(&self) -> Result<Transaction> {
        Transaction::begin(self.pool.get().await?, BEGIN).await
    }
}

#[async_trait]
impl Side for PostgresSide {
    async fn state(&mut self) -> std::result::Result<String, StoreError> {
        let sql = "SELECT coalesce(string_agg(tenant_id || ':' || version || ':' || structure_version, ' '
                   ORDER BY tenant_id), '') FROM tenants";
        Ok(self.first(sql).await?.unwrap_or_default())
    }

    async fn mark(&mut self) -> std::result::Result<Option<String>, StoreError> {
        self.first("SELECT state FROM copying").await
    }

    async fn begin(&mut self, state: &str, tables: &[Table]) -> std::result::Result<Option<String>, StoreError> {
        let begin = async {
            let writing = self.writing().await?;
            lock_the_store(&writing).await?;
            if let Some(mark) = writing.first("SELECT state FROM copying", &[]).await? {
                return Ok(Some(mark.try_get(0)?));
            }
            for table in tables.iter().filter(|table| table.tells_a_filled_store()) {
                if writing.first(&format!("SELECT 1 FROM {} LIMIT 1", table.name), &[]).await?.is_some() {
                    return Err(Failure::Refused(NOT_EMPTY.to_owned()));
                }
            }
            if writing.first(&format!("SELECT 1 FROM {SIGNING_KEYS} LIMIT 1"), &[]).await?.is_some() {
                return Err(Failure::Refused(SERVED.to_owned()));
            }
            writing.execute("INSERT INTO copying VALUES ($1)", &[&state]).await?;
            writing.commit().await?;
            Ok(None)
        };
        begin.await.map_err(failed(ATTEMPTED))
    }

    async fn finish(&mut self) -> std::result::Result<(), StoreError> {
        let finish = async {
            let writing = self.writing().await?;
            writing.batch("INSERT INTO tenant_ids SELECT id, tenant_id FROM tenants; DELETE FROM copying").await?;
            writing.commit().await
        };
        finish.await.map_err(failed(ATTEMPTED))
    }

    fn remedy(&self) -> &'static str {
        "drop the database of the unfinished copy, create it again and start anew"
    }

    async fn count(&mut self, table: &Table) -> std::result::Result<u64, StoreError> {
        let count: Option<i64> = self.first(&format!("SELECT count(*) FROM {}", table.name)).await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }

    async fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        limit: usize,
    ) -> std::result::Result<Vec<Vec<Value>>, StoreError> {
        let sql = table.page_sql('$', after.is_some(), limit);
        let key: Vec<Cell> =
            after.unwrap_or_default().iter().zip(&table.key).map(|(value, at)| cell(table, *at, value)).collect();
        let key: Vec<&(dyn ToSql + Sync)> = key.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect();
        let page = async {
            let rows = self.query(&sql, &key).await?;
            let read = |row: &Row| {
                let value = |(at, column): (usize, &String)| Ok(row.try_get::<_, Read>(at)?.value(is_text(column)));
                table.columns.iter().enumerate().map(value).collect::<Result<Vec<Value>>>()
            };
            rows.iter().map(read).collect::<Result<Vec<_>>>()
        };
        page.await.map_err(failed(ATTEMPTED))
    }

    async fn write(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> std::result::Result<(), StoreError> {
        let write = async {
            let writing = self.writing().await?;
            let columns = table.columns.join(", ");
            let types = writing.column_types(&format!("SELECT {columns} FROM {} LIMIT 0", table.name)).await?;
            let cells =
                rows.iter().map(|row| row.iter().enumerate().map(|(at, value)| cell(table, at, value)).collect());
            let cells: Vec<Vec<Cell>> = cells.collect();
            writing.copy_in(&format!("COPY {} ({columns}) FROM STDIN BINARY", table.name), &types, &cells).await?;
            writing.commit().await
        };
        write.await.map_err(failed(ATTEMPTED))
    }
}

fn is_text(column: &str) -> bool {
    TEXTS.contains(&column)
}

fn cell(table: &Table, at: usize, value: &Value) -> Cell {
    match value {
        Value::Text(text) if table.columns.get(at).is_some_and(|column| is_text(column)) => Cell::Text(Text::new(text)),
        value => Cell::Value(value.clone()),
    }
}

/// What goes into a column of whatever type.
#[derive(Debug)]
pub(super) enum Cell {
    Text(Text),
    Value(Value),
}

impl ToSql for Cell {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql(ty, out),
            Self::Value(Value::Null) => Ok(IsNull::Yes),
            Self::Value(Value::Integer(number)) => match *ty {
                Type::BOOL => (*number != 0).to_sql(ty, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                _ => number.to_sql(ty, out),
            },
            Self::Value(Value::Text(text)) => text.to_sql(ty, out),
            Self::Value(Value::Bytes(bytes)) => match *ty {
                Type::UUID => uuid::Uuid::from_slice(bytes)?.to_sql(ty, out),
                _ => bytes.to_sql(ty, out),
            },
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::BOOL | Type::INT4 | Type::INT8 | Type::TEXT | Type::UUID | Type::BYTEA)
    }

    to_sql_checked!();
}

/// What comes out of a column of whatever type.
struct Read(Value);

impl Read {
    fn value(self, is_text: bool) -> Value {
        match self.0 {
            Value::Text(written) if is_text => Value::Text(Text::read(&written)),
            value => value,
        }
    }
}

impl<'a> FromSql<'a> for Read {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::BOOL => Value::Integer(bool::from_sql(ty, raw)?.into()),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::UUID => Value::Bytes(uuid::Uuid::from_sql(ty, raw)?.into_bytes().to_vec()),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            _ => Value::Text(String::from_sql(ty, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        Cell::accepts(ty)
    }
}
