//! The durable outbox: every event from the moment its file is staged until a listener has settled it, and the ledger
//! of what is stored under each path. One SQLite database (WAL), written by one thread.
//!
//! Each sink has its own progress through the events; an event is done when all of them are done with it.

mod desk;
mod quiet;
mod read;
mod recover;
mod rows;
mod schema;
mod writer;

use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use tokio::sync::watch;

pub(crate) use desk::{Desk, Pick, Row};
pub(crate) use quiet::{MakeQuiet, QuietSeries};
pub(crate) use read::{Depth, Due};
pub(crate) use recover::StagedRow;
use writer::{Job, Reply, Writer};

/// Jobs that may wait for the writer; a full queue holds the associations up.
const QUEUE: usize = 256;

/// Why the outbox could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error("outbox: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("outbox file: {0}")]
    File(#[from] std::io::Error),
    #[error("the outbox writer is gone")]
    WriterGone,
    /// A batch is one transaction, so all of its jobs share its failure.
    #[error("outbox commit: {0}")]
    Commit(Arc<rusqlite::Error>),
    #[error("the outbox was made by a newer version (schema {0})")]
    Newer(i64),
    #[error("the outbox is of another version (schema {0}); a start of the receiver brings an older one up")]
    Other(i64),
}

/// Makes the event of an object once its generation is known.
pub(crate) type MakeEvent = Box<dyn FnOnce(u32) -> EventRecord + Send>;

/// An event as the outbox keeps it. The payload holds patient data.
pub(crate) struct EventRecord {
    pub(crate) event_id: String,
    pub(crate) payload: String,
}

/// What is staged before an object gets its name.
pub(crate) struct Staging {
    pub(crate) study: String,
    /// Final path, relative to the storage root.
    pub(crate) path: String,
    pub(crate) part: String,
    pub(crate) sha256: String,
    /// The generation that the storage asks for; the ledger may know of more.
    pub(crate) least_generation: u32,
    pub(crate) make_event: MakeEvent,
}

/// How a delivery ended for one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settlement {
    pub(crate) seq: i64,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Not accepted and never will be.
    Dead {
        reason: String,
    },
    /// Try again at this time (ms since 1970).
    Retry {
        at_ms: i64,
        reason: String,
    },
}

impl Outcome {
    pub(crate) fn is_dead(&self) -> bool {
        matches!(self, Self::Dead { .. })
    }
}

/// Where events go.
#[derive(Debug, Default, Clone)]
pub(crate) struct Routes {
    /// Names of the sinks.
    pub(crate) sinks: Vec<String>,
    /// Whether it is announced that a series is quiet.
    pub(crate) quiet: bool,
}

/// Handle to the outbox; its methods block, so call them off the async threads.
pub(crate) struct Outbox {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// For reads only; WAL lets them run beside the writer. No asynchronous operation happens while it is locked.
    reader: Mutex<Connection>,
    arrived: watch::Receiver<()>,
    identity: String,
    _lock: File,
}

impl Outbox {
    /// Opens or makes the database. `durable` is false only for `durability = "none"`.
    ///
    /// # Errors
    /// When the file cannot be opened, is locked by another receiver, or comes from a newer version.
    pub(crate) fn open(path: &Path, durable: bool, routes: Routes) -> Result<Self, OutboxError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let lock = crate::lock::exclusive(&path.with_extension("lock"))?;
        let mut connection = schema::open(path)?;
        let reader = schema::open_beside(path, false)?;
        let identity = schema::identity(&connection)?;
        let transaction = connection.transaction()?;
        rows::adopt(&transaction, &routes)?;
        transaction.commit()?;
        let (arrival, arrived) = watch::channel(());
        let (jobs, inbox) = sync_channel(QUEUE);
        let writer = Writer::new(connection, arrival, routes, durable);
        let thread = std::thread::Builder::new()
            .name("outbox".to_owned())
            .spawn(move || writer.run(&inbox))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            reader: Mutex::new(reader),
            arrived,
            identity,
            _lock: lock,
        })
    }

    /// Names this receiver among those that share a storage: made with the database.
    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }

    /// Stages an object: once the answer says so, its event survives a crash, undelivered until [`Outbox::ready`]. The
    /// answer is the row and the generation of the object.
    ///
    /// # Errors
    /// When the writer is gone.
    pub(crate) fn stage(&self, staging: Staging) -> Result<Answer<(i64, u32)>, OutboxError> {
        self.begin(|reply| Job::Stage(staging, reply))
    }

    /// Releases a staged event for delivery and notes its object in the ledger. Does not wait for the commit: a crash
    /// before it is made good by the recovery, which finds the file in place.
    ///
    /// # Errors
    /// When the writer is gone.
    pub(crate) fn ready(&self, seq: i64) -> Result<(), OutboxError> {
        self.send(Job::Ready(seq))
    }

    /// Takes a staged row back.
    ///
    /// # Errors
    /// When the row could not be deleted.
    pub(crate) fn unstage(&self, seq: i64) -> Result<(), OutboxError> {
        self.ask(|reply| Job::Unstage(seq, reply))
    }

    /// Whether the ledger knows these bytes under this path, seen after everything that was asked before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn knows(&self, path: &str, sha256: &str) -> Result<bool, OutboxError> {
        self.ask(|reply| Job::Knows(path.to_owned(), sha256.to_owned(), reply))
    }

    /// Announces an event that has no file. `order` is what it is delivered in order within, most often the study.
    ///
    /// # Errors
    /// When it could not be committed.
    pub(crate) fn announce(
        &self,
        order: String,
        kind: &'static str,
        event: EventRecord,
    ) -> Result<(), OutboxError> {
        self.ask(|reply| Job::Announce(order, kind, event, reply))
    }

    /// Announces the series to which nothing came for so long. Returns how many.
    ///
    /// # Errors
    /// When they could not be committed.
    pub(crate) fn announce_quiet(
        &self,
        silence_ms: i64,
        make_event: MakeQuiet,
    ) -> Result<usize, OutboxError> {
        self.ask(|reply| Job::Quiet(silence_ms, make_event, reply))
    }

    /// Records how deliveries to a sink ended.
    ///
    /// # Errors
    /// When they could not be recorded; the events will be delivered again.
    pub(crate) fn settle(&self, sink: &str, settlements: Vec<Settlement>) -> Result<(), OutboxError> {
        self.ask(|reply| Job::Settle(sink.to_owned(), settlements, reply))
    }

    /// Deletes delivered events that were settled before this time (ms since 1970).
    ///
    /// # Errors
    /// When the database cannot be written.
    pub(crate) fn purge_done(&self, before_ms: i64) -> Result<(), OutboxError> {
        self.ask(|reply| Job::Purge(before_ms, reply))
    }

    /// Returns when everything that was asked before is committed.
    ///
    /// # Errors
    /// When it could not be committed.
    pub(crate) fn flush(&self) -> Result<(), OutboxError> {
        self.ask(Job::Flush)
    }

    /// Changes whenever events become ready.
    pub(crate) fn arrivals(&self) -> watch::Receiver<()> {
        self.arrived.clone()
    }

    fn send(&self, job: Job) -> Result<(), OutboxError> {
        let jobs = self.jobs.as_ref().ok_or(OutboxError::WriterGone)?;
        jobs.send(job).map_err(|_closed| OutboxError::WriterGone)
    }

    fn begin<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<Answer<T>, OutboxError> {
        let (reply, answer) = sync_channel(1);
        self.send(job(Reply::new(reply)))?;
        Ok(Answer(answer))
    }

    fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, OutboxError> {
        self.begin(job)?.wait()
    }

    fn reading<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, OutboxError> {
        let connection = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(read(&connection)?)
    }
}

/// What the writer will say when it has committed.
pub(crate) struct Answer<T>(Receiver<Result<T, OutboxError>>);

impl<T> Answer<T> {
    /// # Errors
    /// When it could not be committed; then nothing of it is.
    pub(crate) fn wait(self) -> Result<T, OutboxError> {
        self.0.recv().map_err(|_closed| OutboxError::WriterGone)?
    }
}

impl Drop for Outbox {
    /// Lets the writer finish what is queued.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the outbox writer panicked");
        }
    }
}

/// Now, in ms since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
