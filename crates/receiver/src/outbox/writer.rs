//! The one thread that writes. It takes all jobs that are queued into one transaction, so that associations share the
//! cost of a sync; there is no timer, an idle writer commits at once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::watch;

use super::quiet::{self, MakeQuiet};
use super::{EventRecord, OutboxError, Routes, Settlement, Staging, rows};
use crate::metrics::METRICS;

const LARGEST_BATCH: usize = 128;
/// Pause before releases that failed are tried again.
const RELEASE_AGAIN: Duration = Duration::from_secs(1);

/// Answers the one who asked; an asker that went away is no error.
pub(super) struct Reply<T>(SyncSender<Result<T, OutboxError>>);

impl<T> Reply<T> {
    pub(super) fn new(sender: SyncSender<Result<T, OutboxError>>) -> Self {
        Self(sender)
    }

    fn give(self, answer: Result<T, OutboxError>) {
        if self.0.send(answer).is_err() {
            tracing::debug!("nobody waits for this outbox answer any more");
        }
    }
}

pub(super) enum Job {
    Stage(Staging, Reply<(i64, u32)>),
    Ready(i64),
    Unstage(i64, Reply<()>),
    Knows(String, String, Reply<bool>),
    /// An event without a file: what its order counts within, its type, and itself.
    Announce(String, &'static str, EventRecord, Reply<()>),
    /// Series that were quiet for so many ms.
    Quiet(i64, MakeQuiet, Reply<usize>),
    Settle(String, Vec<Settlement>, Reply<()>),
    Purge(i64, Reply<()>),
    Flush(Reply<()>),
}

/// An answer that waits for the commit.
type Pending = Box<dyn FnOnce(Result<(), OutboxError>)>;

pub(super) struct Writer {
    connection: Connection,
    arrived: watch::Sender<()>,
    routes: Routes,
    durable: bool,
    /// The value of `PRAGMA synchronous` in force.
    level: &'static str,
    /// Rows to release that are not committed as released yet.
    unreleased: Vec<i64>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        arrived: watch::Sender<()>,
        routes: Routes,
        durable: bool,
    ) -> Self {
        Self {
            connection,
            arrived,
            routes,
            durable,
            level: "FULL",
            unreleased: Vec::new(),
        }
    }

    /// Runs until every sender is gone.
    pub(super) fn run(mut self, inbox: &Receiver<Job>) {
        loop {
            let wait = if self.unreleased.is_empty() {
                Duration::MAX
            } else {
                RELEASE_AGAIN
            };
            let mut batch: Vec<Job> = match inbox.recv_timeout(wait) {
                Ok(job) => vec![job],
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            batch.extend(inbox.try_iter().take(LARGEST_BATCH));
            self.commit(batch);
        }
    }

    fn commit(&mut self, batch: Vec<Job>) {
        // Only a staged event (and taking one back) must survive a power loss; the rest is found out again.
        let full = batch
            .iter()
            .any(|job| matches!(job, Job::Stage(..) | Job::Unstage(..)));
        let announced = batch
            .iter()
            .any(|job| matches!(job, Job::Announce(..) | Job::Quiet(..)));
        let mut answers = Vec::new();
        let begun = Instant::now();
        let written = self
            .set_level(full)
            .and_then(|()| self.write(batch, &mut answers))
            .map_err(Arc::new);
        if full {
            METRICS
                .outbox_commit_seconds
                .observe(begun.elapsed().as_secs_f64());
        }
        match &written {
            Ok(()) if announced || !self.unreleased.is_empty() => {
                self.unreleased.clear();
                self.arrived.send_replace(());
            }
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "outbox batch failed"),
        }
        for answer in answers {
            answer(written.clone().map_err(OutboxError::Commit));
        }
    }

    fn set_level(&mut self, full: bool) -> rusqlite::Result<()> {
        let level = match (self.durable, full) {
            (false, _) => "OFF",
            (true, false) => "NORMAL",
            (true, true) => "FULL",
        };
        if level != self.level {
            self.connection.pragma_update(None, "synchronous", level)?;
            self.level = level;
        }
        Ok(())
    }

    /// One transaction. A job that fails alone answers alone; when SQLite rolls back, all fail.
    fn write(&mut self, batch: Vec<Job>, answers: &mut Vec<Pending>) -> rusqlite::Result<()> {
        let released = batch.iter().filter_map(|job| {
            if let Job::Ready(seq) = job {
                Some(*seq)
            } else {
                None
            }
        });
        self.unreleased.extend(released);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Routes { sinks, .. } = &self.routes;
        for seq in &self.unreleased {
            rows::release(&transaction, &self.routes, *seq)?;
        }
        for job in batch {
            match job {
                Job::Ready(_) => {}
                Job::Flush(reply) => answers.push(pending(Ok(()), reply)),
                Job::Stage(staging, reply) => {
                    answers.push(pending(rows::stage(&transaction, staging), reply));
                }
                Job::Unstage(seq, reply) => answers.push(pending(rows::unstage(&transaction, seq), reply)),
                Job::Knows(path, sha256, reply) => {
                    answers.push(pending(rows::knows(&transaction, &path, &sha256), reply));
                }
                Job::Announce(study, kind, event, reply) => {
                    let announced = rows::announce(&transaction, sinks, &study, kind, &event);
                    answers.push(pending(announced, reply));
                }
                Job::Quiet(silence_ms, make_event, reply) => {
                    let announced = quiet::announce(&transaction, sinks, silence_ms, &make_event);
                    answers.push(pending(announced, reply));
                }
                Job::Settle(sink, settlements, reply) => {
                    answers.push(pending(rows::settle(&transaction, &sink, &settlements), reply));
                }
                Job::Purge(before_ms, reply) => {
                    answers.push(pending(rows::purge(&transaction, before_ms), reply));
                }
            }
            if transaction.is_autocommit() {
                return Err(rusqlite::Error::InvalidQuery);
            }
        }
        transaction.commit()
    }
}

fn pending<T: 'static>(result: rusqlite::Result<T>, reply: Reply<T>) -> Pending {
    Box::new(move |committed| reply.give(committed.and(result.map_err(OutboxError::from))))
}
