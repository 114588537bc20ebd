"""Events that are to be forwarded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outbox",
        sa.Column("sequence", NUMBER, sa.ForeignKey("events.sequence"), primary_key=True, autoincrement=False),
        sa.Column("study", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("next_ms", NUMBER, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "sequence"])
    op.create_index("outbox_by_study", "outbox", ["study", "state", "next_ms"])
