//! What the notifier asks of the outbox.

use std::fmt;

use rusqlite::params;

use super::{Outbox, OutboxError};

/// An event that is to be delivered now.
pub(crate) struct Due {
    pub(crate) seq: i64,
    pub(crate) event_id: String,
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
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Depth {
    pub(crate) staged: i64,
    pub(crate) ready: i64,
    pub(crate) done: i64,
    pub(crate) dead: i64,
}

impl Outbox {
    /// Events to deliver at this time, oldest first. An event waits while an earlier one of its study waits.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn due(&self, now_ms: i64, limit: usize) -> Result<Vec<Due>, OutboxError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.reading(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT seq, event_id, attempts, payload FROM events AS event
                 WHERE state = 'ready' AND next_at_ms <= ?1 AND NOT EXISTS (
                     SELECT 1 FROM events AS earlier
                     WHERE earlier.state = 'ready' AND earlier.next_at_ms > 0
                       AND earlier.study = event.study AND earlier.next_at_ms > ?1 AND earlier.seq < event.seq)
                 ORDER BY seq LIMIT ?2",
            )?;
            query
                .query_map(params![now_ms, limit], |row| {
                    Ok(Due { seq: row.get(0)?, event_id: row.get(1)?, attempts: row.get(2)?, payload: row.get(3)? })
                })?
                .collect()
        })
    }

    /// When the next event that waits for another try is due (ms since 1970).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn next_due_ms(&self) -> Result<Option<i64>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT min(next_at_ms) FROM events WHERE state = 'ready' AND next_at_ms > 0",
                )?
                .query_row([], |row| row.get(0))
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
}
