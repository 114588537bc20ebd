//! The tables of the outbox, and how its connections are set up.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::OutboxError;

const VERSION: i64 = 1;

/// `events.state`: `staged` (the file has no name yet), `ready` (to be delivered), `done`, `dead`.
/// `instances` is the ledger: what lies under a path, and how often it was replaced.
const TABLES: &str = "
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id   TEXT NOT NULL UNIQUE,
    study      TEXT NOT NULL,
    path       TEXT NOT NULL,
    part       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    generation INTEGER NOT NULL,
    state      TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER NOT NULL DEFAULT 0,
    settled_ms INTEGER,
    last_error TEXT,
    payload    TEXT NOT NULL
);
CREATE INDEX events_by_state ON events (state, seq);
CREATE INDEX events_waiting ON events (study, next_at_ms) WHERE state = 'ready' AND next_at_ms > 0;
CREATE TABLE instances (
    path       TEXT PRIMARY KEY,
    sha256     TEXT NOT NULL,
    generation INTEGER NOT NULL
) WITHOUT ROWID;
";

/// The writing connection; makes the database where there is none.
pub(super) fn open(path: &Path) -> Result<Connection, OutboxError> {
    // The payloads hold patient data: the file is made with its mode before SQLite opens it.
    File::options().create(true).append(true).mode(0o640).open(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(32);
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        VERSION => {}
        0 => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
        }
        newer => return Err(OutboxError::Newer(newer)),
    }
    Ok(connection)
}

/// The reading connection.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OutboxError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}
