"""The SQLite file of the index: how it is opened, its tables, and the lock that keeps it to one gateway."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path

from noctis_gateway.settings import SettingsError

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    payload TEXT NOT NULL
) STRICT;
CREATE TABLE studies (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    patient_name TEXT, patient_id TEXT, study_date TEXT, study_time TEXT, accession_number TEXT,
    updated TEXT NOT NULL
) STRICT;
CREATE INDEX studies_by_time ON studies (updated);
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES studies (id),
    uid TEXT NOT NULL,
    modality TEXT, series_number INTEGER,
    instance_count INTEGER NOT NULL DEFAULT 0,
    UNIQUE (study, uid)
) STRICT;
CREATE TABLE instances (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id),
    uid TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES events (sequence),
    time TEXT NOT NULL,
    transfer_syntax_uid TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    instance_number INTEGER, rows INTEGER, columns INTEGER, number_of_frames INTEGER,
    image_position_patient TEXT, image_orientation_patient TEXT,
    UNIQUE (series, uid)
) STRICT;
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode whose commits are on the disk when they return. Transactions are written out."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10.0, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def prepare(path: Path) -> int:
    """Make the file and its tables where they are missing, and take its lock: the returned descriptor holds it.

    One process writes the index and wakes its own subscribers, so a second gateway on the same file is refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The index holds patient data: for this user only. SQLite gives its companion files the same mode.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    for folder in path.parents[:2]:  # the names of the file and of its folder are to last as well
        _sync(folder)
    lock = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise SettingsError(
            f"{path} is in use by another gateway: stop that one (run one process, without uvicorn --workers), "
            "or set NOCTIS_GATEWAY_DATABASE to another file"
        ) from None
    connection = connect(path)
    try:
        _migrate(connection, path)
    finally:
        connection.close()
    return lock


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA_VERSION:
        return
    if version != 0:
        raise SettingsError(
            f"{path} was written by another version of the gateway (its schema is {version}, this one's is "
            f"{SCHEMA_VERSION}): set NOCTIS_GATEWAY_DATABASE to another file"
        )
    connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
