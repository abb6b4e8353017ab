//! A transaction on a pooled connection.
//!
//! Requests are sent in the order in which they are first polled, without waiting for answers: statements that do not
//! need each other's results share a round trip.

use super::connection::{Failure, Result};
use super::pool::{Connection, NO_LIMIT};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::Severity;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row, Statement};

/// A bound value.
pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;
/// Bound values.
pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// An open transaction; it is rolled back when it is dropped before its commit.
pub(super) struct Transaction {
    /// There until this is dropped.
    client: Option<Connection>,
    is_open: bool,
    /// The server's own limits do not hold: it may take however long.
    takes_time: AtomicBool,
    /// Requests that were sent and have no answer yet.
    unanswered: AtomicUsize,
    /// The server refused one: it runs nothing of what was sent after it.
    is_refused: AtomicBool,
}

impl Transaction {
    fn on(client: Connection) -> Self {
        let (takes_time, unanswered, is_refused) = Default::default();
        Self { client: Some(client), is_open: false, takes_time, unanswered, is_refused }
    }

    fn client(&self) -> Result<&Connection> {
        self.client.as_ref().ok_or_else(|| Failure::Refused("the transaction has ended".to_owned()))
    }

    /// The answer to a request. All are awaited here, so that one that nobody waits for any more is known; this one does
    /// not either, when the server should have answered long ago.
    async fn answered<T>(&self, request: impl Future<Output = std::result::Result<T, Error>>) -> Result<T> {
        let limit = self.answer_limit()?;
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let Ok(answer) = tokio::time::timeout(limit, request).await else {
            self.client()?.close_idle_ones();
            return Err(Failure::Silent(limit));
        };
        self.unanswered.fetch_sub(1, Ordering::Relaxed);
        answer.map_err(|error| {
            self.is_refused.store(true, Ordering::Relaxed);
            Failure::Driver(error)
        })
    }

    fn answer_limit(&self) -> Result<Duration> {
        let limit = self.client()?.answer_limit;
        Ok(if self.takes_time.load(Ordering::Relaxed) { NO_LIMIT } else { limit })
    }

    /// Runs settings by which the server lets this transaction take however long, so that it is waited for as long.
    pub(super) async fn take_time(&self, settings: &str) -> Result<()> {
        self.batch(settings).await?;
        self.takes_time.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// A statement that the server knows.
    async fn statement(&self, sql: &str) -> Result<Statement> {
        self.answered(self.client()?.prepare_cached(sql)).await
    }

    /// Begins one with a statement of SQL.
    pub(super) async fn begin(client: Connection, begin: &str) -> Result<Self> {
        // From before it is sent: who stops waiting must not leave it open.
        let mut transaction = Self::on(client);
        transaction.is_open = true;
        transaction.batch(begin).await?;
        Ok(transaction)
    }

    /// Begins one, and runs a first statement in the same round trip.
    pub(super) async fn begin_with(
        client: Connection,
        begin: &str,
        first: &str,
        parameters: Parameters<'_>,
    ) -> Result<(Self, Vec<Row>)> {
        let mut transaction = Self::on(client);
        let first = transaction.statement(first).await?;
        transaction.is_open = true;
        let rows = transaction.answered(transaction.client()?.query(&first, parameters));
        let ((), rows) = tokio::try_join!(biased; transaction.batch(begin), rows)?;
        Ok((transaction, rows))
    }

    /// The rows of a statement.
    pub(super) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>> {
        let statement = self.statement(sql).await?;
        self.answered(self.client()?.query(&statement, parameters)).await
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
        self.answered(self.client()?.batch_execute(sql)).await
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
        let last = self.statement(last).await?;
        let last = self.answered(self.client()?.query(&last, parameters));
        let ((), rows) = tokio::try_join!(biased; self.send(&statements, writes), last)?;
        Ok(rows)
    }

    async fn prepare(&self, writes: &[(&str, Vec<Parameter>)]) -> Result<Vec<Statement>> {
        let mut statements = Vec::with_capacity(writes.len());
        for (sql, _) in writes {
            statements.push(self.statement(sql).await?);
        }
        Ok(statements)
    }

    /// The first poll sends all of them.
    async fn send(&self, statements: &[Statement], writes: &[(&str, Vec<Parameter>)]) -> Result<()> {
        let client = self.client()?;
        let mut sent = Vec::with_capacity(writes.len());
        for (statement, (_, parameters)) in statements.iter().zip(writes) {
            let parameters = parameters.iter().map(|parameter| &**parameter as &(dyn ToSql + Sync));
            sent.push(Box::pin(self.answered(client.execute_raw(statement, parameters))));
        }
        for answer in in_order(sent).await {
            answer?;
        }
        Ok(())
    }

    /// The types of the columns that a query has.
    pub(super) async fn column_types(&self, sql: &str) -> Result<Vec<Type>> {
        let statement = self.statement(sql).await?;
        Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
    }

    /// Adds rows by a `COPY ... FROM STDIN BINARY`.
    pub(super) async fn copy_in<T: ToSql + Sync>(&self, sql: &str, types: &[Type], rows: &[Vec<T>]) -> Result<()> {
        let client = self.client()?;
        let copying = async {
            let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(sql).await?, types));
            for row in rows {
                writer.as_mut().write_raw(row).await?;
            }
            writer.finish().await.map(drop)
        };
        self.answered(copying).await
    }

    /// Makes all of it durable. When the connection is lost on the way, or the server says nothing, it may have done it or
    /// not; so it may when it gives the session up (`FATAL`), which is no answer to the commit.
    pub(super) async fn commit(mut self) -> Result<()> {
        self.is_open = false;
        self.batch("COMMIT").await.map_err(|failure| match failure {
            Failure::Driver(error) if is_refusal(&error) => Failure::Driver(error),
            failure @ (Failure::Driver(_) | Failure::Silent(_)) => Failure::Unknown(failure.reason()),
            failure => failure,
        })
    }
}

/// Whether the server says that it did not do what was asked, and goes on.
fn is_refusal(error: &Error) -> bool {
    error.as_db_error().and_then(|error| error.parsed_severity()) == Some(Severity::Error)
}

impl Drop for Transaction {
    /// Sends the end ahead of whatever the connection is used for next; nobody has to wait for it. A connection on which
    /// the server still works for somebody who went away is closed instead: the next one would wait for that.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if *self.unanswered.get_mut() > 0 && !*self.is_refused.get_mut() {
            client.close();
        } else if self.is_open {
            let rollback = pin!(client.batch_execute("ROLLBACK"));
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
