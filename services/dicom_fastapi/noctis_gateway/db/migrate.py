"""Brings a database to the newest schema, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).with_name("migrations")

BEFORE_ALEMBIC, WITH_ALEMBIC = 1, 2
"""`user_version` of a SQLite file: the gateway of before wrote 1, and refuses 2."""


class UnknownSchema(Exception):
    """The schema is not one that this version knows."""


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing; raises `UnknownSchema`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    if not set(current) <= known:
        raise UnknownSchema(f"its schema is {', '.join(current)}")
    version = 0
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > WITH_ALEMBIC or (version == WITH_ALEMBIC and not current):
            raise UnknownSchema(f"its schema is {version}")
    connection.rollback()
    if version == BEFORE_ALEMBIC and not current:
        command.stamp(config, "0001")
    if current != tuple(scripts.get_heads()):
        command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {WITH_ALEMBIC}")
    connection.commit()
