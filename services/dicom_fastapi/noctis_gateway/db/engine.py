"""How the database is opened, brought to its newest schema, and kept to one gateway."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from noctis_gateway.db import migrate
from noctis_gateway.settings import Settings, SettingsError

LOCK_KEY = 0x6E6F63746973  # "noctis"
"""Key of the advisory lock in PostgreSQL: one gateway to one database."""

BUSY_S = 10.0
"""How long a connection waits for another program's transaction on the SQLite file."""


class Database:
    """The engines of one index. Transactions of `engine` lock as they begin; `reading` has none."""

    engine: Engine
    reading: Engine

    def __init__(self, settings: Settings) -> None:
        """Open, lock and migrate; raises `SettingsError` when that cannot be."""
        self._lock = -1
        if settings.database_url is None:
            self._lock = _prepare(settings.database)
            url = f"sqlite:///{settings.database}"
            self.engine = create_engine(url, connect_args={"timeout": BUSY_S})
            self.reading = create_engine(url, pool_size=50, connect_args={"timeout": BUSY_S})
            for engine in (self.engine, self.reading):
                event.listen(engine, "connect", _sqlite_connect)
            event.listen(self.engine, "begin", _sqlite_begin)
        else:
            place = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+psycopg")
            durable = {"options": "-c synchronous_commit=on"}
            self.engine = create_engine(place, pool_pre_ping=True, connect_args=durable)
            self.reading = create_engine(
                place, pool_size=20, max_overflow=20, pool_pre_ping=True, isolation_level="AUTOCOMMIT"
            )
        self._migrate(settings)

    def _migrate(self, settings: Settings) -> None:
        place = f"{settings.database}" if settings.database_url is None else "the database of DATABASE_URL"
        another = f"set {'NOCTIS_GATEWAY_DATABASE to another file' if settings.database_url is None else 'another one'}"
        try:
            with self.engine.connect() as connection:
                if not self.lock(connection):
                    raise SettingsError(
                        f"{place} is in use by another gateway: stop that one (run one process, without uvicorn "
                        f"--workers), or {another}"
                    )
                migrate.upgrade(connection)
        except migrate.UnknownSchema as unknown:
            self.close()
            raise SettingsError(
                f"{place} was written by another version of the gateway ({unknown}): {another}"
            ) from None
        except SettingsError:
            self.close()
            raise
        except OperationalError as error:
            self.close()
            # The text of the driver may hold the password of the URL.
            raise SettingsError(f"{place} cannot be opened ({type(error.orig).__name__})") from None

    def lock(self, connection: Connection) -> bool:
        """Take the lock of PostgreSQL for as long as this connection lives; with SQLite the file's lock is held."""
        if connection.dialect.name == "sqlite":
            return True
        taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}).scalar_one()
        connection.commit()
        return bool(taken)

    def close(self) -> None:
        """Close all connections and let go of the lock."""
        self.engine.dispose()
        self.reading.dispose()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _sqlite_connect(connection: Any, _: object) -> None:  # noqa: ANN401 (the driver's own)
    """WAL, commits that are on the disk when they return, and LIKE that minds the case as PostgreSQL's does."""
    connection.isolation_level = None  # transactions begin where we say
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "case_sensitive_like = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(path: Path) -> int:
    """Make the file where it is missing, and take its lock: the returned descriptor holds it.

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
    return lock


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
