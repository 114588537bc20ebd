"""Events, studies, series and instances, as the first gateway made them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("sequence", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("payload", sa.Text, nullable=False),
    )
    op.create_table(
        "studies",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("uid", sa.Text, nullable=False, unique=True),
        *(
            sa.Column(name, sa.Text)
            for name in ("patient_name", "patient_id", "study_date", "study_time", "accession_number")
        ),
        sa.Column("updated", sa.Text, nullable=False),
    )
    op.create_index("studies_by_time", "studies", ["updated"])
    op.create_table(
        "series",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("study", NUMBER, sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("modality", sa.Text),
        sa.Column("series_number", NUMBER),
        sa.Column("instance_count", NUMBER, nullable=False, server_default="0"),
        sa.UniqueConstraint("study", "uid"),
    )
    op.create_table(
        "instances",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("series", NUMBER, sa.ForeignKey("series.id"), nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("sequence", NUMBER, sa.ForeignKey("events.sequence"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("time", "transfer_syntax_uid", "path")),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        *(sa.Column(name, NUMBER) for name in ("instance_number", "rows", "columns", "number_of_frames")),
        *(sa.Column(name, sa.Text) for name in ("image_position_patient", "image_orientation_patient")),
        sa.UniqueConstraint("series", "uid"),
    )
