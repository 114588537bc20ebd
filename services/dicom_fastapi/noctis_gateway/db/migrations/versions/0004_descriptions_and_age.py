"""Descriptions that are searched by, and the age of events, which no row needs any more."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns; the events that are there are as old as this migration."""
    for name in ("study_description", "study_id", "referring_physician_name"):
        op.add_column("studies", sa.Column(name, sa.Text))
    op.add_column("series", sa.Column("series_description", sa.Text))
    now = sa.text(str(time.time_ns() // 1_000_000))
    op.add_column("events", sa.Column("received_ms", NUMBER, nullable=False, server_default=now))
    # SQLite has to write the table anew to let go of a foreign key.
    with op.batch_alter_table("instances") as table:
        table.drop_column("sequence")
