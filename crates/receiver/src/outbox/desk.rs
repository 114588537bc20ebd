//! What an operator does with the outbox, beside a receiver that may be running: SQLite keeps the two apart.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};
use serde::Serialize;

use super::{OutboxError, now_ms, rows, schema};

/// Which deliveries are meant. Nothing chosen means all of them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pick {
    pub(crate) sink: Option<String>,
    pub(crate) states: Vec<String>,
    pub(crate) event_ids: Vec<String>,
}

/// One delivery, without what it says of the patient.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) event_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Absent for an event that no sink was configured for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sink: Option<String>,
    pub(crate) state: String,
    pub(crate) attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_error: Option<String>,
    pub(crate) path: String,
}

/// An event with its deliveries, where there are any.
const FROM: &str = "FROM events AS event LEFT JOIN deliveries AS delivery ON delivery.seq = event.seq";

pub(crate) struct Desk(Connection);

impl Desk {
    /// Opens the outbox of a receiver, to look at it or to change it.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub(crate) fn open(path: &Path, writable: bool) -> Result<Self, OutboxError> {
        Ok(Self(schema::open_beside(path, writable)?))
    }

    /// The deliveries, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read, or `each` fails.
    pub(crate) fn list(
        &self,
        pick: &Pick,
        limit: usize,
        mut each: impl FnMut(Row) -> Result<(), OutboxError>,
    ) -> Result<(), OutboxError> {
        let (filter, values) = pick.filter();
        let mut query = self.0.prepare(&format!(
            "SELECT event.seq, event_id, kind, sink, coalesce(delivery.state, event.state), coalesce(attempts, 0),
                    last_error, path {FROM} WHERE {filter} ORDER BY event.seq, sink LIMIT {limit}"
        ))?;
        let mut rows = query.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            each(Row {
                seq: row.get(0)?,
                event_id: row.get(1)?,
                kind: row.get(2)?,
                sink: row.get(3)?,
                state: row.get(4)?,
                attempts: row.get(5)?,
                last_error: row.get(6)?,
                path: row.get(7)?,
            })?;
        }
        Ok(())
    }

    /// The events themselves, oldest first: JSON with patient data.
    ///
    /// # Errors
    /// When the database cannot be read, or `each` fails.
    pub(crate) fn export(
        &self,
        pick: &Pick,
        mut each: impl FnMut(&str) -> Result<(), OutboxError>,
    ) -> Result<(), OutboxError> {
        let (filter, values) = pick.filter();
        let mut query = self.0.prepare(&format!(
            "SELECT payload FROM events WHERE state <> 'staged' AND seq IN (SELECT event.seq {FROM} WHERE {filter})
             ORDER BY seq"
        ))?;
        let mut rows = query.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(())
    }

    /// Dead letters, and deliveries that wait for their next try, are due at once. Returns how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub(crate) fn retry(&mut self, pick: &Pick) -> Result<usize, OutboxError> {
        self.change(
            pick,
            "delivery.state IN ('dead', 'dropped') OR delivery.state = 'ready' AND next_at_ms > 0",
            "state = 'ready', next_at_ms = 0, settled_ms = NULL",
        )
    }

    /// Deliveries that wait or are dead are given up. Returns how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub(crate) fn drop_deliveries(&mut self, pick: &Pick) -> Result<usize, OutboxError> {
        let change = format!("state = 'dropped', next_at_ms = 0, settled_ms = {}", now_ms());
        self.change(pick, "delivery.state IN ('dead', 'ready')", &change)
    }

    fn change(&mut self, pick: &Pick, only: &str, change: &str) -> Result<usize, OutboxError> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (filter, values) = pick.filter();
        let found: Vec<(String, i64)> = transaction
            .prepare(&format!(
                "SELECT sink, event.seq {FROM} WHERE ({filter}) AND ({only})"
            ))?
            .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        apply(&transaction, &found, change)?;
        transaction.commit()?;
        Ok(found.len())
    }
}

fn apply(transaction: &Transaction<'_>, found: &[(String, i64)], change: &str) -> rusqlite::Result<()> {
    let mut update = transaction.prepare(&format!(
        "UPDATE deliveries SET {change} WHERE sink = ?1 AND seq = ?2"
    ))?;
    for (sink, seq) in found {
        update.execute(rusqlite::params![sink, seq])?;
        rows::conclude(transaction, *seq, now_ms())?;
    }
    Ok(())
}

impl Pick {
    /// A condition and the values of its parameters.
    fn filter(&self) -> (String, Vec<&str>) {
        let mut conditions = vec!["1".to_owned()];
        let mut values = Vec::new();
        let mut any_of = |column: &str, wanted: &'_ [String]| {
            if !wanted.is_empty() {
                conditions.push(format!("{column} IN ({})", vec!["?"; wanted.len()].join(", ")));
            }
        };
        any_of("sink", self.sink.as_slice());
        any_of("coalesce(delivery.state, event.state)", &self.states);
        any_of("event_id", &self.event_ids);
        values.extend(
            self.sink
                .iter()
                .chain(&self.states)
                .chain(&self.event_ids)
                .map(String::as_str),
        );
        (conditions.join(" AND "), values)
    }
}
