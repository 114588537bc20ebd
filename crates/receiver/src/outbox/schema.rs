//! The tables of the outbox, and how its connections are set up.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::OutboxError;

/// What makes each version of the tables from the one before it.
const STEPS: [&str; 4] = [FIRST, SEVERAL_SINKS, BY_INSTANCE, IDENTITY];

/// The last component of a path.
macro_rules! file_name {
    () => {
        "replace(path, rtrim(path, replace(path, '/', '')), '')"
    };
}

/// Finds objects by the last component of their path, for storage commitment.
const BY_INSTANCE: &str = concat!(
    "CREATE INDEX instances_by_name ON instances (",
    file_name!(),
    ");"
);
pub(super) const NAMED: &str = concat!("SELECT path, sha256 FROM instances WHERE ", file_name!(), " = ?1");

/// `events.state`: `staged` (the file has no name yet), `ready` (some sink waits for it), `done`, `dead`.
/// `instances` is the ledger: what lies under a path, and how often it was replaced.
const FIRST: &str = "
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

/// `deliveries` is the progress of each sink: `ready`, `done`, `dead` or `dropped`. `quiet` holds when each series got
/// its last instance, until that it is quiet has been announced.
const SEVERAL_SINKS: &str = "
CREATE TABLE deliveries (
    sink       TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    study      TEXT NOT NULL,
    state      TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER NOT NULL DEFAULT 0,
    settled_ms INTEGER,
    last_error TEXT,
    PRIMARY KEY (sink, seq)
) WITHOUT ROWID;
CREATE INDEX deliveries_ready ON deliveries (sink, seq) WHERE state = 'ready';
CREATE INDEX deliveries_waiting ON deliveries (sink, study, next_at_ms) WHERE state = 'ready' AND next_at_ms > 0;
CREATE INDEX deliveries_of_event ON deliveries (seq);
INSERT INTO deliveries (sink, seq, study, state, attempts, next_at_ms, settled_ms, last_error)
    SELECT 'webhook', seq, study, state, attempts, next_at_ms, settled_ms, last_error FROM events
    WHERE state IN ('done', 'dead');
DROP INDEX events_waiting;
ALTER TABLE events DROP COLUMN attempts;
ALTER TABLE events DROP COLUMN next_at_ms;
ALTER TABLE events DROP COLUMN last_error;
ALTER TABLE events ADD COLUMN kind TEXT NOT NULL DEFAULT 'instance.stored';
ALTER TABLE events ADD COLUMN made_ms INTEGER NOT NULL DEFAULT 0;
CREATE TABLE quiet (
    study     TEXT NOT NULL,
    series    TEXT NOT NULL,
    first_ms  INTEGER NOT NULL,
    last_ms   INTEGER NOT NULL,
    instances INTEGER NOT NULL,
    PRIMARY KEY (study, series)
) WITHOUT ROWID;
CREATE INDEX quiet_since ON quiet (last_ms);
";

/// Names the receiver of this outbox among those that share a storage.
const IDENTITY: &str = "
CREATE TABLE receiver (identity TEXT NOT NULL);
INSERT INTO receiver (identity) VALUES (lower(hex(randomblob(8))));
";

/// The writing connection; makes the database where there is none, and brings an older one up.
pub(super) fn open(path: &Path) -> Result<Connection, OutboxError> {
    // The payloads hold patient data: the file is made with its mode before SQLite opens it.
    File::options().create(true).append(true).mode(0o640).open(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    let version = version(&connection)?;
    let known = usize::try_from(version)
        .ok()
        .and_then(|version| STEPS.get(version..));
    let Some(steps) = known else {
        return Err(OutboxError::Newer(version));
    };
    if !steps.is_empty() {
        let transaction = connection.transaction()?;
        for step in steps {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", STEPS.len().cast_signed())?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// A connection beside the writer's, to a database that exists and is of this version.
///
/// # Errors
/// When it is not there, or another version made it.
pub(super) fn open_beside(path: &Path, writable: bool) -> Result<Connection, OutboxError> {
    let flags = if writable {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    match version(&connection)? {
        version if usize::try_from(version).is_ok_and(|version| version == STEPS.len()) => Ok(connection),
        other => Err(OutboxError::Other(other)),
    }
}

pub(super) fn identity(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT identity FROM receiver", [], |row| row.get(0))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outbox_of_version_1_keeps_its_events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.sqlite3");
        let first = Connection::open(&path).unwrap();
        first.execute_batch(FIRST).unwrap();
        first.pragma_update(None, "user_version", 1).unwrap();
        let insert = "INSERT INTO events (event_id, study, path, part, sha256, generation, state, payload)
             VALUES (?1, 's', ?1, '', '', 0, ?1, '{}')";
        for state in ["staged", "ready", "done", "dead"] {
            first.execute(insert, [state]).unwrap();
        }
        drop(first);
        let routes = super::super::Routes {
            sinks: vec!["webhook".to_owned()],
            quiet: false,
        };
        let outbox = super::super::Outbox::open(&path, true, routes).unwrap();
        let due = outbox.due("webhook", 1, 10).unwrap();
        assert_eq!(
            due.iter().map(|due| due.event_id.as_str()).collect::<Vec<_>>(),
            ["ready"]
        );
        assert_eq!(outbox.staged().unwrap().len(), 1);
        let depth = outbox.depth().unwrap();
        assert_eq!((depth.done, depth.dead), (1, 1));
    }
}
