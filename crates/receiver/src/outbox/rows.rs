//! What the writer does to the tables; the caller holds the transaction.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{EventRecord, Outcome, Routes, Settlement, Staging, now_ms};

/// Deliveries of one event to every sink that has none of it yet.
const ADD_DELIVERY: &str = "INSERT OR IGNORE INTO deliveries (sink, seq, study, state)
    SELECT ?1, seq, study, 'ready' FROM events WHERE seq = ?2 AND state = 'ready'";

pub(super) fn stage(transaction: &Transaction<'_>, staging: Staging) -> rusqlite::Result<(i64, u32)> {
    let Staging {
        study,
        path,
        part,
        sha256,
        least_generation,
        make_event,
    } = staging;
    let stored: Option<u32> = transaction
        .prepare_cached("SELECT generation FROM instances WHERE path = ?1")?
        .query_row([&path], |row| row.get(0))
        .optional()?;
    let generation = stored
        .map_or(0, |stored| stored.saturating_add(1))
        .max(least_generation);
    let event = make_event(generation);
    let seq = transaction
        .prepare_cached(
            "INSERT INTO events (event_id, study, path, part, sha256, generation, state, payload, made_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'staged', ?7, ?8)",
        )?
        .insert(params![
            event.event_id,
            study,
            path,
            part,
            sha256,
            generation,
            event.payload,
            now_ms()
        ])?;
    Ok((seq, generation))
}

/// An event without a file, ready at once. One that is there already stays as it is.
pub(super) fn announce(
    transaction: &Transaction<'_>,
    sinks: &[String],
    study: &str,
    kind: &str,
    event: &EventRecord,
) -> rusqlite::Result<()> {
    let added = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO events
                 (event_id, study, path, part, sha256, generation, state, payload, kind, made_ms)
             VALUES (?1, ?2, '', '', '', 0, 'ready', ?3, ?4, ?5)",
        )?
        .execute(params![event.event_id, study, event.payload, kind, now_ms()])?;
    if added == 0 {
        return Ok(());
    }
    add_deliveries(transaction, sinks, transaction.last_insert_rowid())
}

pub(super) fn release(transaction: &Transaction<'_>, routes: &Routes, seq: i64) -> rusqlite::Result<()> {
    let released = transaction
        .prepare_cached("UPDATE events SET state = 'ready' WHERE seq = ?1 AND state = 'staged'")?
        .execute([seq])?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO instances (path, sha256, generation)
             SELECT path, sha256, generation FROM events WHERE seq = ?1",
        )?
        .execute([seq])?;
    if released == 0 {
        return Ok(());
    }
    if routes.quiet {
        super::quiet::touch(transaction, seq)?;
    }
    add_deliveries(transaction, &routes.sinks, seq)
}

fn add_deliveries(transaction: &Transaction<'_>, sinks: &[String], seq: i64) -> rusqlite::Result<()> {
    let mut add = transaction.prepare_cached(ADD_DELIVERY)?;
    for sink in sinks {
        add.execute(params![sink, seq])?;
    }
    Ok(())
}

/// Events that wait get a delivery to each sink that is new in the configuration.
pub(super) fn adopt(transaction: &Transaction<'_>, routes: &Routes) -> rusqlite::Result<()> {
    if !routes.quiet {
        transaction.execute("DELETE FROM quiet", [])?;
    }
    for sink in &routes.sinks {
        transaction.execute(
            "INSERT OR IGNORE INTO deliveries (sink, seq, study, state)
             SELECT ?1, seq, study, 'ready' FROM events WHERE state = 'ready'",
            [sink],
        )?;
    }
    Ok(())
}

pub(super) fn unstage(transaction: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM events WHERE seq = ?1 AND state = 'staged'")?
        .execute([seq])?;
    Ok(())
}

pub(super) fn knows(transaction: &Transaction<'_>, path: &str, sha256: &str) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT 1 FROM instances WHERE path = ?1 AND sha256 = ?2")?
        .exists([path, sha256])
}

pub(super) fn settle(
    transaction: &Transaction<'_>,
    sink: &str,
    settlements: &[Settlement],
) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE deliveries
         SET state = ?3, attempts = attempts + 1, next_at_ms = ?4, settled_ms = ?5, last_error = ?6
         WHERE sink = ?1 AND seq = ?2 AND state = 'ready'",
    )?;
    let now = now_ms();
    for Settlement { seq, outcome } in settlements {
        match outcome {
            Outcome::Done => update.execute(params![sink, seq, "done", 0, now, None::<&str>])?,
            Outcome::Dead { reason } => update.execute(params![sink, seq, "dead", 0, now, reason])?,
            Outcome::Retry { at_ms, reason } => {
                update.execute(params![sink, seq, "ready", at_ms, None::<i64>, reason])?
            }
        };
        conclude(transaction, *seq, now)?;
    }
    Ok(())
}

/// The state of an event follows from its deliveries.
pub(super) fn conclude(transaction: &Transaction<'_>, seq: i64, now: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE events SET (state, settled_ms) = (
                 SELECT CASE WHEN sum(state = 'ready') > 0 THEN 'ready'
                             WHEN sum(state = 'dead') > 0 THEN 'dead' ELSE 'done' END,
                        CASE WHEN sum(state = 'ready') > 0 THEN NULL ELSE ?2 END
                 FROM deliveries WHERE deliveries.seq = ?1)
             WHERE seq = ?1 AND state <> 'staged' AND EXISTS (SELECT 1 FROM deliveries WHERE seq = ?1)",
        )?
        .execute(params![seq, now])?;
    Ok(())
}

pub(super) fn purge(transaction: &Transaction<'_>, before_ms: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM deliveries WHERE seq IN (SELECT seq FROM events WHERE state = 'done' AND settled_ms < ?1)",
        )?
        .execute([before_ms])?;
    transaction
        .prepare_cached("DELETE FROM events WHERE state = 'done' AND settled_ms < ?1")?
        .execute([before_ms])?;
    Ok(())
}
