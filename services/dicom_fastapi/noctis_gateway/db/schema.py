"""The tables of the index, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""64 bits in both; SQLite counts rows by itself only in a column of the type INTEGER."""

FLAG = Boolean().with_variant(Integer, "sqlite")
"""SQLite's strict tables know no truth values."""

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("sequence", NUMBER, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("payload", Text, nullable=False),
    Column("facility", Text),  # of the study, so that a stream shows only what its reader may see
    Column("received_ms", NUMBER, nullable=False),  # milliseconds since 1970
)

studies = Table(
    "studies",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("patient_name", Text),
    Column("patient_id", Text),
    Column("study_date", Text),
    Column("study_time", Text),
    Column("accession_number", Text),
    Column("study_description", Text),
    Column("study_id", Text),
    Column("referring_physician_name", Text),
    Column("updated", Text, nullable=False),
    Column("facility", Text),  # who sent the first object of the study; null: from before facilities were kept
    Column("canary", FLAG, nullable=False),  # all of its objects are tests
    Index("studies_by_time", "updated"),
    Index("studies_by_facility", "facility", "updated"),
    Index("studies_by_patient", "patient_id"),
    Index("studies_by_date", "study_date"),
    Index("studies_by_accession", "accession_number"),
)

series = Table(
    "series",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("study", NUMBER, ForeignKey("studies.id"), nullable=False),
    Column("uid", Text, nullable=False),
    Column("modality", Text),
    Column("series_number", NUMBER),
    Column("series_description", Text),
    Column("instance_count", NUMBER, nullable=False),
    UniqueConstraint("study", "uid"),
    Index("series_by_uid", "uid"),
)

instances = Table(
    "instances",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("series", NUMBER, ForeignKey("series.id"), nullable=False),
    Column("uid", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("sop_class_uid", Text, nullable=False),
    Column("transfer_syntax_uid", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("instance_number", NUMBER),
    Column("rows", NUMBER),
    Column("columns", NUMBER),
    Column("number_of_frames", NUMBER),
    Column("image_position_patient", Text),
    Column("image_orientation_patient", Text),
    Column("canary", FLAG, nullable=False),
    UniqueConstraint("series", "uid"),
    Index("instances_by_uid", "uid"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", NUMBER, ForeignKey("events.sequence"), primary_key=True, autoincrement=False),
    Column("study", Text, nullable=False),
    Column("state", Text, nullable=False),  # ready or dead; what is delivered has no row
    Column("attempts", NUMBER, nullable=False),
    Column("next_ms", NUMBER, nullable=False),  # not before; milliseconds since 1970
    Column("reason", Text),
    Index("outbox_by_state", "state", "sequence"),
    Index("outbox_by_study", "study", "state", "next_ms"),
)
