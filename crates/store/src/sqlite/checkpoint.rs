//! Checkpoints off the commit path: a thread copies the write-ahead log back while commits go on.

use super::connection::open_writer_beside;
use engine::store::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the log is copied back while there are commits.
const PERIOD: Duration = Duration::from_millis(200);

/// A log of this size is reset by the writer itself: under steady load no other moment is quiet enough.
pub(super) const LOG_BYTES_MAX: u64 = 64 * 1_024 * 1_024;

/// Tells the checkpointing thread that there was a commit. The thread ends with the handle.
pub(super) struct Checkpointer {
    commits: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = open_writer_beside(path)?;
        let (sender, receiver) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&connection, &receiver))
            .map_err(|error| StoreError::Unavailable { attempted: "start a thread", reason: error.to_string() })?;
        Ok(Self { commits: Some(sender), thread: Some(thread) })
    }

    pub(super) fn committed(&self) {
        if let Some(commits) = &self.commits {
            // A full channel means that the thread knows already.
            let _known_already = commits.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    /// Waits for the thread, so that the file is free when the store is gone.
    fn drop(&mut self) {
        drop(self.commits.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(connection: &Connection, commits: &Receiver<()>) {
    while commits.recv().is_ok() {
        // Collect what else is committed in the meantime.
        let until = Instant::now() + PERIOD;
        loop {
            match commits.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        // A failed checkpoint loses nothing: the log stays, and the next one tries again.
        drop(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())));
    }
}
