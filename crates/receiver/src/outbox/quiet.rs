//! When each series got its last instance. It is kept in the database, so that a crash loses no announcement.

use rusqlite::{Transaction, params};

use super::{EventRecord, now_ms, rows};

/// A series to which nothing new came for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuietSeries {
    pub(crate) study: String,
    pub(crate) series: String,
    /// Instances stored since it was last announced as quiet.
    pub(crate) instances: i64,
    /// When the first and the last of them were stored (ms since 1970).
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
}

/// Makes the event of a quiet series.
pub(crate) type MakeQuiet = Box<dyn Fn(&QuietSeries) -> EventRecord + Send>;

/// Notes the instance of an event that was released.
pub(super) fn touch(transaction: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    let path: String = transaction
        .prepare_cached("SELECT path FROM events WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))?;
    let mut parts = path.split('/');
    let (Some(study), Some(series), Some(_sop)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    transaction
        .prepare_cached(
            "INSERT INTO quiet (study, series, first_ms, last_ms, instances) VALUES (?1, ?2, ?3, ?3, 1)
             ON CONFLICT DO UPDATE SET last_ms = excluded.last_ms, instances = instances + 1",
        )?
        .execute(params![study, series, now_ms()])?;
    Ok(())
}

/// Announces every series that was quiet for so long, and forgets it. Returns how many.
pub(super) fn announce(
    transaction: &Transaction<'_>,
    sinks: &[String],
    silence_ms: i64,
    make_event: &MakeQuiet,
) -> rusqlite::Result<usize> {
    // A time in the future is from before the clock was set back.
    let (now, later) = (
        now_ms().saturating_sub(silence_ms),
        now_ms().saturating_add(silence_ms),
    );
    let found: Vec<QuietSeries> = transaction
        .prepare_cached(
            "SELECT study, series, instances, first_ms, last_ms FROM quiet
             WHERE last_ms <= ?1 OR last_ms > ?2 ORDER BY last_ms LIMIT 100",
        )?
        .query_map(params![now, later], |row| {
            Ok(QuietSeries {
                study: row.get(0)?,
                series: row.get(1)?,
                instances: row.get(2)?,
                first_ms: row.get(3)?,
                last_ms: row.get(4)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    for series in &found {
        rows::announce(
            transaction,
            sinks,
            &series.study,
            "series.quiet",
            &make_event(series),
        )?;
        transaction
            .prepare_cached("DELETE FROM quiet WHERE study = ?1 AND series = ?2")?
            .execute(params![series.study, series.series])?;
    }
    Ok(found.len())
}
