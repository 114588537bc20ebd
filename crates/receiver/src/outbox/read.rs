//! What the couriers and the status page ask of the outbox.

use std::fmt;

use rusqlite::params;
use serde::Serialize;

use super::{Outbox, OutboxError};

/// An event that waits longer than this from now waits because the clock was set back; it is due.
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// An event that is to be delivered now.
#[derive(Clone)]
pub(crate) struct Due {
    pub(crate) seq: i64,
    pub(crate) event_id: String,
    /// What its order counts within: a study, or something of its own.
    #[cfg_attr(
        not(feature = "nats"),
        expect(dead_code, reason = "only JetStream is told one by one")
    )]
    pub(crate) study: String,
    /// As `type` in the event.
    #[cfg_attr(
        not(any(feature = "nats", feature = "redis")),
        expect(dead_code, reason = "brokers are told it beside the event")
    )]
    pub(crate) kind: String,
    /// Deliveries that were tried before.
    pub(crate) attempts: u32,
    /// The event as JSON, with patient data.
    pub(crate) payload: String,
}

impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Due")
            .field("event_id", &self.event_id)
            .finish_non_exhaustive()
    }
}

/// Events by state.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Depth {
    pub(crate) staged: i64,
    pub(crate) ready: i64,
    pub(crate) done: i64,
    pub(crate) dead: i64,
}

impl Outbox {
    /// Events to deliver to a sink at this time, oldest first. An event waits while an earlier one of its study waits.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn due(&self, sink: &str, now_ms: i64, limit: usize) -> Result<Vec<Due>, OutboxError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let beyond = now_ms.saturating_add(LONGEST_WAIT_MS);
        self.reading(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT seq, event_id, delivery.study, kind, attempts, payload
                 FROM deliveries AS delivery JOIN events USING (seq)
                 WHERE sink = ?1 AND delivery.state = 'ready' AND (next_at_ms <= ?2 OR next_at_ms > ?4)
                   AND NOT EXISTS (
                     SELECT 1 FROM deliveries AS earlier
                     WHERE earlier.sink = ?1 AND earlier.state = 'ready' AND earlier.next_at_ms > 0
                       AND earlier.study = delivery.study AND earlier.next_at_ms > ?2 AND earlier.next_at_ms <= ?4
                       AND earlier.seq < delivery.seq)
                 ORDER BY seq LIMIT ?3",
            )?;
            query
                .query_map(params![sink, now_ms, limit, beyond], |row| {
                    Ok(Due {
                        seq: row.get(0)?,
                        event_id: row.get(1)?,
                        study: row.get(2)?,
                        kind: row.get(3)?,
                        attempts: row.get(4)?,
                        payload: row.get(5)?,
                    })
                })?
                .collect()
        })
    }

    /// When the next event of a sink that waits for another try is due (ms since 1970).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn next_due_ms(&self, sink: &str) -> Result<Option<i64>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT min(next_at_ms) FROM deliveries WHERE sink = ?1 AND state = 'ready' AND next_at_ms > 0",
                )?
                .query_row([sink], |row| row.get(0))
        })
    }

    /// How many events are in each state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn depth(&self) -> Result<Depth, OutboxError> {
        self.reading(|connection| {
            let mut depth = Depth::default();
            let mut query = connection.prepare_cached("SELECT state, count(*) FROM events GROUP BY state")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let count = row.get(1)?;
                match row.get_ref(0)?.as_str()? {
                    "staged" => depth.staged = count,
                    "ready" => depth.ready = count,
                    "done" => depth.done = count,
                    _ => depth.dead = count,
                }
            }
            Ok(depth)
        })
    }

    /// Sinks for which events wait, with how many, whether they are configured or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn waiting_by_sink(&self) -> Result<Vec<(String, i64)>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT sink, count(*) FROM deliveries WHERE state = 'ready' GROUP BY sink ORDER BY sink",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// When the oldest event that waits was made (ms since 1970).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn oldest_ms(&self) -> Result<Option<i64>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare_cached("SELECT min(made_ms) FROM (SELECT made_ms FROM events WHERE state = 'ready' ORDER BY seq LIMIT 1)")?
                .query_row([], |row| row.get(0))
        })
    }
}
