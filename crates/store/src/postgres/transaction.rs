//! A transaction on a pooled connection.
//!
//! Requests are sent in the order in which they are first polled, without waiting for answers: statements that do not
//! need each other's results share a round trip.

use super::connection::{Failure, Result};
use deadpool_postgres::Object;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, Statement};

/// A bound value.
pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;
/// Bound values.
pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// An open transaction; it is rolled back when it is dropped before its commit.
pub(super) struct Transaction {
    client: Object,
    is_open: bool,
}

impl Transaction {
    /// Begins one with a statement of SQL.
    pub(super) async fn begin(client: Object, begin: &str) -> Result<Self> {
        // From before it is sent: who stops waiting must not leave it open.
        let transaction = Self { client, is_open: true };
        transaction.client.batch_execute(begin).await?;
        Ok(transaction)
    }

    /// Begins one, and runs a first statement in the same round trip.
    pub(super) async fn begin_with(
        client: Object,
        begin: &str,
        first: &str,
        parameters: Parameters<'_>,
    ) -> Result<(Self, Vec<Row>)> {
        let first = client.prepare_cached(first).await?;
        let transaction = Self { client, is_open: true };
        let client = &transaction.client;
        let ((), rows) = tokio::try_join!(biased; client.batch_execute(begin), client.query(&first, parameters))?;
        Ok((transaction, rows))
    }

    /// The rows of a statement.
    pub(super) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>> {
        let statement = self.client.prepare_cached(sql).await?;
        Ok(self.client.query(&statement, parameters).await?)
    }

    /// The only row of a statement, if it has one.
    pub(super) async fn first(&self, sql: &str, parameters: Parameters<'_>) -> Result<Option<Row>> {
        Ok(self.query(sql, parameters).await?.pop())
    }

    /// Runs a statement without an interest in its rows.
    pub(super) async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> Result<()> {
        self.query(sql, parameters).await.map(drop)
    }

    /// Runs statements that have no parameters.
    pub(super) async fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Runs statements in their order and in one round trip, once all of them are known to the server.
    pub(super) async fn run(&self, writes: &[(&str, Vec<Parameter>)]) -> Result<()> {
        let statements = self.prepare(writes).await?;
        self.send(&statements, writes).await
    }

    /// Runs statements as [`run`](Self::run) does and, in the same round trip, a last one; its rows.
    pub(super) async fn run_then(
        &self,
        writes: &[(&str, Vec<Parameter>)],
        last: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>> {
        let statements = self.prepare(writes).await?;
        let last = self.client.prepare_cached(last).await?;
        let last = async { Ok(self.client.query(&last, parameters).await?) };
        let ((), rows) = tokio::try_join!(biased; self.send(&statements, writes), last)?;
        Ok(rows)
    }

    async fn prepare(&self, writes: &[(&str, Vec<Parameter>)]) -> Result<Vec<Statement>> {
        let mut statements = Vec::with_capacity(writes.len());
        for (sql, _) in writes {
            statements.push(self.client.prepare_cached(sql).await?);
        }
        Ok(statements)
    }

    /// The first poll sends all of them.
    async fn send(&self, statements: &[Statement], writes: &[(&str, Vec<Parameter>)]) -> Result<()> {
        let mut sent = Vec::with_capacity(writes.len());
        for (statement, (_, parameters)) in statements.iter().zip(writes) {
            let parameters = parameters.iter().map(|parameter| &**parameter as &(dyn ToSql + Sync));
            sent.push(Box::pin(self.client.execute_raw(statement, parameters)));
        }
        for answer in in_order(sent).await {
            answer?;
        }
        Ok(())
    }

    /// The types of the columns that a query has.
    pub(super) async fn column_types(&self, sql: &str) -> Result<Vec<Type>> {
        let statement = self.client.prepare_cached(sql).await?;
        Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
    }

    /// Adds rows by a `COPY ... FROM STDIN BINARY`.
    pub(super) async fn copy_in<T: ToSql + Sync>(&self, sql: &str, types: &[Type], rows: &[Vec<T>]) -> Result<()> {
        let mut writer = pin!(BinaryCopyInWriter::new(self.client.copy_in(sql).await?, types));
        for row in rows {
            writer.as_mut().write_raw(row).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    /// Makes all of it durable. When the connection is lost on the way, the server may have done it or not.
    pub(super) async fn commit(mut self) -> Result<()> {
        self.is_open = false;
        self.client.batch_execute("COMMIT").await.map_err(|error| match error.as_db_error() {
            Some(_) => Failure::Driver(error),
            None => Failure::Unknown(error),
        })
    }
}

impl Drop for Transaction {
    /// Sends the end ahead of whatever the connection is used for next; nobody has to wait for it.
    fn drop(&mut self) {
        if self.is_open {
            let rollback = pin!(self.client.batch_execute("ROLLBACK"));
            let _nobody_waits = rollback.poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

/// Polls the futures in their order until all are done.
async fn in_order<F: Future>(mut futures: Vec<Pin<Box<F>>>) -> Vec<F::Output> {
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_pending = false;
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *done = Some(output),
                    Poll::Pending => is_pending = true,
                }
            }
        }
        if is_pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    done.into_iter().flatten().collect()
}
