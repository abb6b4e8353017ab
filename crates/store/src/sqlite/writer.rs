//! The thread that writes: one transaction after the other, on one connection.

use super::checkpoint::{Checkpointer, LOG_BYTES_MAX};
use super::connection::{BUSY_TIMEOUT, failed, log_of, open_writer};
use super::lock::StoreLock;
use super::{apply, copying, identity, load};
use crate::tenant_cache::TenantCache;
use engine::store::{Ask, NewTenant, StoreError};
use licensing::ids::TenantKey;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut WriteSide) + Send>;

/// Hands work to the writing thread, which ends with this handle.
pub(super) struct WritingThread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl WritingThread {
    pub(super) fn start(path: &Path, tenants: Arc<TenantCache>) -> Result<Self, StoreError> {
        identity::may_be_written(path)?;
        let lock = StoreLock::take(path)?;
        let open = || {
            let connection = open_writer(path)?;
            copying::is_whole(&connection)?;
            Ok((connection, Checkpointer::start(path)?))
        };
        let (connection, checkpointer) = match open() {
            Ok(opened) => opened,
            Err(error) => {
                lock.remove();
                return Err(error);
            }
        };
        let log = log_of(path);
        let mut side = WriteSide { connection, tenants, checkpointer, log, log_bytes_next: LOG_BYTES_MAX, _lock: lock };
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| job(&mut side)))
            .map_err(|error| StoreError::Unavailable { attempted: "start a thread", reason: error.to_string() })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `job` on the thread and waits for it without holding this one.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        attempted: &'static str,
        job: impl FnOnce(&mut WriteSide) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::Unavailable { attempted, reason: "the writing thread ended".to_owned() };
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |side| {
            // A decision that panics must not end the thread; its transaction was rolled back on the way out.
            let result = catch_unwind(AssertUnwindSafe(|| job(side)));
            drop(answer.send(result));
        });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(gone)?;
        let panicked = |_| StoreError::Unavailable { attempted, reason: "the decision panicked".to_owned() };
        answered.await.map_err(|_| gone())?.map_err(panicked)?.map_err(failed(attempted))
    }
}

impl Drop for WritingThread {
    /// Waits for the last transaction, so that the file is free when the store is gone.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the thread owns.
pub(super) struct WriteSide {
    connection: Connection,
    tenants: Arc<TenantCache>,
    checkpointer: Checkpointer,
    /// The write-ahead log.
    log: PathBuf,
    /// The size of the log at which the writer empties it next.
    log_bytes_next: u64,
    /// Keeps other servers away for as long as the thread lives.
    _lock: StoreLock,
}

impl WriteSide {
    pub(super) fn commit(&mut self, tenant: TenantKey, ask: Ask) -> rusqlite::Result<()> {
        let transaction = begin(&mut self.connection)?;
        let tenant_facts = self.tenants.existing(&transaction, tenant)?;
        let (scope, decide) = ask();
        let facts = load::facts(&transaction, tenant_facts, &scope)?;
        let changes = decide(facts);
        if changes.is_empty() {
            return transaction.rollback();
        }
        apply::changes(&transaction, tenant, &changes)?;
        transaction.commit()?;
        self.committed();
        Ok(())
    }

    pub(super) fn create_tenants(&mut self, tenants: &[NewTenant]) -> rusqlite::Result<bool> {
        let transaction = begin(&mut self.connection)?;
        if transaction.prepare("SELECT 1 FROM tenants LIMIT 1")?.exists([])? {
            return Ok(false);
        }
        for (tenant, key) in tenants.iter().zip(1..) {
            apply::new_tenant(&transaction, TenantKey(key), tenant)?;
        }
        transaction.commit()?;
        self.committed();
        Ok(true)
    }

    pub(super) fn keep_first_signing_key(&mut self, key: &[u8]) -> rusqlite::Result<()> {
        let transaction = begin(&mut self.connection)?;
        transaction.execute("INSERT INTO signing_keys VALUES (1, ?1) ON CONFLICT DO NOTHING", [key])?;
        transaction.commit()
    }

    /// After a commit, whose success nothing can take back: what fails here is tried again later.
    fn committed(&mut self) {
        self.checkpointer.committed();
        let log_bytes = std::fs::metadata(&self.log).map_or(0, |log| log.len());
        if log_bytes < self.log_bytes_next {
            return;
        }
        let reset = reset_log(&self.connection);
        // A reader that holds an old snapshot keeps the log; it is not waited for, only the next size is.
        self.log_bytes_next = if matches!(reset, Ok(true)) { LOG_BYTES_MAX } else { log_bytes + LOG_BYTES_MAX };
    }
}

/// Copies the whole log back and empties it, unless a reader needs it; whether it was emptied.
fn reset_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}

fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}
