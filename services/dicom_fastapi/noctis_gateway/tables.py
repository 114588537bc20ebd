"""How an event changes the tables of the index. The caller holds the transaction."""

from __future__ import annotations

import json
import sqlite3

from noctis_gateway.event import IngestEvent

Accepted = tuple[int, IngestEvent]
"""An event with the sequence number that it got."""

_INSTANCE_COLUMNS = (
    "sequence",
    "time",
    "transfer_syntax_uid",
    "path",
    "size",
    "sha256",
    "instance_number",
    "rows",
    "columns",
    "number_of_frames",
    "image_position_patient",
    "image_orientation_patient",
)

_STUDY = """
INSERT INTO studies (uid, patient_name, patient_id, study_date, study_time, accession_number, updated)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (uid) DO UPDATE SET
    patient_name = coalesce(excluded.patient_name, patient_name),
    patient_id = coalesce(excluded.patient_id, patient_id),
    study_date = coalesce(excluded.study_date, study_date),
    study_time = coalesce(excluded.study_time, study_time),
    accession_number = coalesce(excluded.accession_number, accession_number),
    updated = excluded.updated
WHERE excluded.updated >= updated
"""

_SERIES = """
INSERT INTO series (study, uid, modality, series_number) VALUES (?, ?, ?, ?)
ON CONFLICT (study, uid) DO UPDATE SET
    modality = coalesce(excluded.modality, modality),
    series_number = coalesce(excluded.series_number, series_number)
RETURNING id
"""

_INSTANCE = f"""
INSERT INTO instances (series, uid, {", ".join(_INSTANCE_COLUMNS)})
VALUES (?, ?, {", ".join("?" for _ in _INSTANCE_COLUMNS)})
ON CONFLICT (series, uid) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _INSTANCE_COLUMNS)}
"""  # noqa: S608 (made of the names above)


def add(cursor: sqlite3.Cursor, event: IngestEvent, accepted: list[Accepted]) -> bool:
    """Add an event and what it says; False, and no effect, when the event is there already."""
    # Asked first: an insert that is ignored would leave a gap in the numbers.
    if cursor.execute("SELECT 1 FROM events WHERE event_id = ?", (event.event_id,)).fetchone():
        return False
    payload = event.model_dump_json(by_alias=True, exclude_unset=True)
    insert = "INSERT INTO events (event_id, payload) VALUES (?, ?) RETURNING sequence"
    sequence = _number(cursor.execute(insert, (event.event_id, payload)))
    _put_instance(cursor, _put_series(cursor, _put_study(cursor, event), event), event, sequence)
    accepted.append((sequence, event))
    return True


def _put_study(cursor: sqlite3.Cursor, event: IngestEvent) -> int:
    """The row of the study; the patient as the newest event has it, where it has it."""
    index, uid = event.index, event.study_instance_uid
    values = (index.patient_name, index.patient_id, index.study_date, index.study_time, index.accession_number)
    cursor.execute(_STUDY, (uid, *values, event.time))
    return _number(cursor.execute("SELECT id FROM studies WHERE uid = ?", (uid,)))


def _put_series(cursor: sqlite3.Cursor, study: int, event: IngestEvent) -> int:
    values = (study, event.series_instance_uid, event.index.modality, event.index.series_number)
    return _number(cursor.execute(_SERIES, values))


def _put_instance(cursor: sqlite3.Cursor, series: int, event: IngestEvent, sequence: int) -> None:
    """The row of the object; an event of an older generation than the row's changes nothing."""
    key, index = (series, event.sop_instance_uid), event.index
    known = cursor.execute("SELECT time FROM instances WHERE series = ? AND uid = ?", key).fetchone()
    if known is None:
        cursor.execute("UPDATE series SET instance_count = instance_count + 1 WHERE id = ?", (series,))
    elif event.time < known["time"]:
        return
    values = (
        sequence,
        event.time,
        event.transfer_syntax_uid,
        event.path,
        event.size,
        event.sha256,
        index.instance_number,
        index.rows,
        index.columns,
        index.number_of_frames,
        _text(index.image_position_patient),
        _text(index.image_orientation_patient),
    )
    cursor.execute(_INSTANCE, (*key, *values))


def _number(cursor: sqlite3.Cursor) -> int:
    return int(cursor.fetchone()[0])


def _text(vector: list[float] | None) -> str | None:
    return None if vector is None else json.dumps(vector)
