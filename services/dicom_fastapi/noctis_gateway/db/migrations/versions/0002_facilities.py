"""Who a study belongs to, test objects, SOP classes, and what is searched for."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

FLAG = sa.Boolean().with_variant(sa.Integer, "sqlite")
NO = {"sqlite": "0", "postgresql": "false"}


def upgrade() -> None:
    """Add the columns; what the events of before told is read from them again."""
    op.add_column("events", sa.Column("facility", sa.Text))
    op.add_column("studies", sa.Column("facility", sa.Text))
    op.add_column(
        "studies", sa.Column("canary", FLAG, nullable=False, server_default=sa.text(NO[op.get_bind().dialect.name]))
    )
    op.add_column("instances", sa.Column("sop_class_uid", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "instances", sa.Column("canary", FLAG, nullable=False, server_default=sa.text(NO[op.get_bind().dialect.name]))
    )
    _fill()
    for name, table, columns in (
        ("studies_by_facility", "studies", ["facility", "updated"]),
        ("studies_by_patient", "studies", ["patient_id"]),
        ("studies_by_date", "studies", ["study_date"]),
        ("studies_by_accession", "studies", ["accession_number"]),
        ("series_by_uid", "series", ["uid"]),
        ("instances_by_uid", "instances", ["uid"]),
    ):
        op.create_index(name, table, columns)


def _fill() -> None:
    connection = op.get_bind()
    after = 0
    select = sa.text(
        "SELECT instances.id, payload FROM instances JOIN events ON events.sequence = instances.sequence "
        "WHERE instances.id > :after ORDER BY instances.id LIMIT 1000"
    )
    change = sa.text("UPDATE instances SET sop_class_uid = :sop_class_uid, canary = :canary WHERE id = :id")
    while rows := connection.execute(select, {"after": after}).all():
        told = [(row.id, json.loads(row.payload)) for row in rows]
        connection.execute(
            change,
            [{"id": row, "sop_class_uid": event["sop_class_uid"], "canary": event["canary"]} for row, event in told],
        )
        after = told[-1][0]
