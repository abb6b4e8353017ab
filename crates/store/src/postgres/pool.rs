//! The connections that a store keeps, each with the longest time that its server is given for an answer.

use super::connection::{CONNECT_TIMEOUT, Failure, Result, Target};
use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Metrics, Object, PoolError, QueueMode, RecyclingMethod,
    Runtime,
};
use std::future::Future;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, SimpleQueryMessage};

/// Connections that one store keeps. A commit and a read take one each for as long as they last.
const CONNECTIONS_MAX: usize = 16;
/// How often a server that is full is asked for one more connection, and how often it is looked for a free one meanwhile.
const FULL_SERVER_PERIOD: Duration = Duration::from_millis(250);
const FREE_CONNECTION_PERIOD: Duration = Duration::from_millis(5);

/// How much longer than its server gives a statement an answer is waited for. A server that works ends the statement and
/// says so; one that hangs, or is gone without a word, says nothing.
const ANSWER_MARGIN: Duration = Duration::from_secs(3);
/// Of something that has no limit.
pub(super) const NO_LIMIT: Duration = Duration::MAX;

/// How long a connection goes on with the plans that it has made, in seconds. A plan that was made while a table was all but
/// empty looks through it, and stays as it is however large the table becomes (decision 15).
const PLANS_LAST_SECONDS: u64 = 5;

/// A server at work looks each second whether we are still there: what was cancelled is closed, not waited for. Servers
/// on some systems cannot look, and refuse it; among the settings of a connection that would refuse the connection.
const NOTICE_CLIENTS_THAT_LEAVE: &str = "SET client_connection_check_interval = '1s'";
/// How long the server gives a statement, in milliseconds: what we set, unless the URL has another value. 0: however long.
const STATEMENT_TIMEOUT: &str =
    "SELECT (extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::int8";

/// A connection of a pool.
pub(super) struct Connection {
    client: Object,
    /// How long an answer is waited for, where the server's limit holds.
    pub(super) answer_limit: Duration,
}

impl Deref for Connection {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.client
    }
}

impl Connection {
    /// Closes it, whatever its server still does.
    pub(super) fn close(self) {
        drop(Object::take(self.client));
    }

    /// Closes those that nobody uses now: a server that hangs would be waited for on each of them.
    pub(super) fn close_idle_ones(&self) {
        if let Some(pool) = Object::pool(&self.client) {
            pool.retain(|_, _| false);
        }
    }
}

/// The connections that one store keeps.
pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    /// The server's limit for statements in milliseconds, as the connection made last was told; 0: none.
    statement_timeout: Arc<AtomicU64>,
}

/// A pool of such connections; nothing is connected yet. Whenever one was made, and before it is used, `connected` is called.
pub(super) fn pool(target: &Target, connected: impl Fn() + Send + Sync + 'static) -> Result<Pool> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let statement_timeout = Arc::<AtomicU64>::default();
    let connected = Arc::new(connected);
    let (told, limit) = (statement_timeout.clone(), target.connect_timeout());
    let pool =
        deadpool_postgres::Pool::builder(Manager::from_config(target.config.clone(), target.tls.clone(), recycling))
            .max_size(CONNECTIONS_MAX)
            // The last one used is the warmest: both ends have its statements at hand, and commits follow each other.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(CONNECT_TIMEOUT))
            // The driver's own limit ends with the socket: a server that takes it and says nothing is away, too.
            .create_timeout(Some(target.connect_timeout()))
            .runtime(Runtime::Tokio1)
            .post_recycle(Hook::sync_fn(|client, metrics| {
                renew_plans(client, metrics);
                Ok(())
            }))
            .post_create(Hook::async_fn(move |client, _| {
                let (told, connected) = (told.clone(), connected.clone());
                Box::pin(async move {
                    // The pool's own limit does not hold here.
                    let prepared = tokio::time::timeout(limit, prepare(client)).await;
                    let millis = prepared.map_err(|_| HookError::message(NOT_IN_TIME))?.map_err(HookError::Backend)?;
                    told.store(millis, Ordering::Relaxed);
                    connected();
                    Ok(())
                })
            }))
            .build();
    let connections = pool.map_err(|error| Failure::Refused(error.to_string()))?;
    Ok(Pool { connections, statement_timeout })
}

/// What is said of a server that lets nobody in, and does not say so.
pub(super) const NOT_IN_TIME: &str = "no connection came in time";

/// Makes a new connection as ours are; the server's limit for statements in milliseconds.
async fn prepare(client: &ClientWrapper) -> std::result::Result<u64, Error> {
    let asked = client.simple_query(STATEMENT_TIMEOUT);
    let (asked, noticing) = tokio::join!(biased; asked, client.batch_execute(NOTICE_CLIENTS_THAT_LEAVE));
    // Where it cannot look, it notices when the statement is done.
    drop(noticing);
    let millis = asked?.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    });
    Ok(millis.unwrap_or_default())
}

impl Pool {
    /// A connection. At a limit of the server, of the role or of the database one of those that there are is waited for.
    pub(super) async fn get(&self) -> Result<Connection> {
        let begun = Instant::now();
        loop {
            match self.connections.get().await {
                Err(PoolError::Backend(error))
                    if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
                        && self.connections.status().size > 0
                        && begun.elapsed() < CONNECT_TIMEOUT =>
                {
                    self.wait_for_one_of_its_own().await;
                }
                got => return Ok(Connection { client: got?, answer_limit: self.answer_limit() }),
            }
        }
    }

    fn answer_limit(&self) -> Duration {
        match self.statement_timeout.load(Ordering::Relaxed) {
            0 => NO_LIMIT,
            millis => Duration::from_millis(millis).saturating_add(ANSWER_MARGIN),
        }
    }

    /// How many there are.
    #[cfg(feature = "conformance")]
    pub(super) fn size(&self) -> usize {
        self.connections.status().size
    }

    /// Until one is free, or it is time to ask the server for another once more.
    async fn wait_for_one_of_its_own(&self) {
        let begun = Instant::now();
        while begun.elapsed() < FULL_SERVER_PERIOD {
            tokio::time::sleep(FREE_CONNECTION_PERIOD).await;
            if self.connections.status().available > 0 {
                return;
            }
        }
    }
}

/// Has plans made anew from time to time: all at once, when they are next used.
fn renew_plans(client: &ClientWrapper, metrics: &Metrics) {
    let spell = |at: Instant| at.duration_since(metrics.created).as_secs() / PLANS_LAST_SECONDS;
    if spell(Instant::now()) > spell(metrics.recycled.unwrap_or(metrics.created)) {
        // It goes ahead of what the connection is wanted for; nobody has to wait for it.
        let discard = pin!(client.batch_execute("DISCARD PLANS"));
        let _nobody_waits = discard.poll(&mut Context::from_waker(Waker::noop()));
    }
}
