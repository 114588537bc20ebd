//! The one thread that writes. It takes all jobs that are queued into one transaction, so that associations share the
//! cost of a sync; there is no timer, an idle writer commits at once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use tokio::sync::Notify;

use super::{OutboxError, Outcome, Settlement, Staging, now_ms};

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
    Stage(Staging, Reply<i64>),
    Ready(i64),
    Unstage(i64, Reply<()>),
    Knows(String, Reply<bool>),
    Settle(Vec<Settlement>, Reply<()>),
    Purge(i64, Reply<()>),
    Flush(Reply<()>),
}

/// An answer that waits for the commit.
type Pending = Box<dyn FnOnce(Result<(), OutboxError>)>;

pub(super) struct Writer {
    connection: Connection,
    arrived: Arc<Notify>,
    durable: bool,
    /// The value of `PRAGMA synchronous` in force.
    level: &'static str,
    /// Rows to release that are not committed as released yet.
    unreleased: Vec<i64>,
}

impl Writer {
    pub(super) fn new(connection: Connection, arrived: Arc<Notify>, durable: bool) -> Self {
        Self {
            connection,
            arrived,
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
        let mut answers = Vec::new();
        let written = self
            .set_level(full)
            .and_then(|()| self.write(batch, &mut answers))
            .map_err(Arc::new);
        match &written {
            Ok(()) if !self.unreleased.is_empty() => {
                self.unreleased.clear();
                self.arrived.notify_one();
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
        for seq in &self.unreleased {
            release(&transaction, *seq)?;
        }
        for job in batch {
            match job {
                Job::Ready(_) => {}
                Job::Flush(reply) => answers.push(pending(Ok(()), reply)),
                Job::Stage(staging, reply) => answers.push(pending(stage(&transaction, staging), reply)),
                Job::Unstage(seq, reply) => answers.push(pending(unstage(&transaction, seq), reply)),
                Job::Knows(path, reply) => answers.push(pending(knows(&transaction, &path), reply)),
                Job::Settle(settlements, reply) => {
                    answers.push(pending(settle(&transaction, &settlements), reply));
                }
                Job::Purge(before_ms, reply) => answers.push(pending(purge(&transaction, before_ms), reply)),
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

fn stage(transaction: &Transaction<'_>, staging: Staging) -> rusqlite::Result<i64> {
    let Staging {
        study,
        path,
        part,
        sha256,
        make_event,
    } = staging;
    let stored: Option<u32> = transaction
        .prepare_cached("SELECT generation FROM instances WHERE path = ?1")?
        .query_row([&path], |row| row.get(0))
        .optional()?;
    let generation = stored.map_or(0, |stored| stored.saturating_add(1));
    let event = make_event(generation);
    transaction
        .prepare_cached(
            "INSERT INTO events (event_id, study, path, part, sha256, generation, state, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'staged', ?7)",
        )?
        .insert(params![
            event.event_id,
            study,
            path,
            part,
            sha256,
            generation,
            event.payload
        ])
}

fn release(transaction: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE events SET state = 'ready' WHERE seq = ?1 AND state = 'staged'")?
        .execute([seq])?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO instances (path, sha256, generation)
             SELECT path, sha256, generation FROM events WHERE seq = ?1",
        )?
        .execute([seq])?;
    Ok(())
}

fn unstage(transaction: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM events WHERE seq = ?1 AND state = 'staged'")?
        .execute([seq])?;
    Ok(())
}

fn knows(transaction: &Transaction<'_>, path: &str) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT 1 FROM instances WHERE path = ?1")?
        .exists([path])
}

fn settle(transaction: &Transaction<'_>, settlements: &[Settlement]) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE events SET state = ?2, attempts = attempts + 1, next_at_ms = ?3, settled_ms = ?4, last_error = ?5
         WHERE seq = ?1 AND state = 'ready'",
    )?;
    let now = now_ms();
    for Settlement { seq, outcome } in settlements {
        match outcome {
            Outcome::Done => update.execute(params![seq, "done", 0, now, None::<&str>])?,
            Outcome::Dead { reason } => update.execute(params![seq, "dead", 0, now, reason])?,
            Outcome::Retry { at_ms, reason } => {
                update.execute(params![seq, "ready", at_ms, None::<i64>, reason])?
            }
        };
    }
    Ok(())
}

fn purge(transaction: &Transaction<'_>, before_ms: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM events WHERE state = 'done' AND settled_ms < ?1")?
        .execute([before_ms])?;
    Ok(())
}
