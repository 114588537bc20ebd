//! What the recovery at start asks of the outbox.

use super::{Outbox, OutboxError};
use crate::store::Generation;

/// An object that was staged and not released when the process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StagedRow {
    pub(crate) seq: i64,
    /// Final path, relative to the storage root.
    pub(crate) path: String,
    pub(crate) part: String,
    pub(crate) generation: Generation,
}

impl Outbox {
    /// Path and digest of every object whose path ends with this name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn instances_named(&self, name: &str) -> Result<Vec<(String, String)>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare_cached(super::schema::NAMED)?
                .query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// Every staged row, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn staged(&self) -> Result<Vec<StagedRow>, OutboxError> {
        self.reading(|connection| {
            connection
                .prepare("SELECT seq, path, part, generation, sha256 FROM events WHERE state = 'staged' ORDER BY seq")?
                .query_map([], |row| {
                    Ok(StagedRow {
                        seq: row.get(0)?,
                        path: row.get(1)?,
                        part: row.get(2)?,
                        generation: Generation {
                            number: row.get(3)?,
                            sha256: row.get(4)?,
                        },
                    })
                })?
                .collect()
        })
    }
}
