"""What a group of events does to the tables. The caller holds the transaction, and is the only writer.

Each table is read once and written once for the whole group, however many events it has.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from noctis_gateway.db.schema import events, instances, outbox, series, studies
from noctis_gateway.event import IngestEvent

Row = dict[str, Any]

_STUDY = (
    *("patient_name", "patient_id", "study_date", "study_time", "accession_number"),
    *("study_description", "study_id", "referring_physician_name"),
)
_SERIES = ("modality", "series_number", "series_description")
_INSTANCE = ("instance_number", "rows", "columns", "number_of_frames")


class Accepted(NamedTuple):
    """An event that is new, with the sequence number that it got and the facility of its study."""

    sequence: int
    event: IngestEvent
    facility: str | None


def add(
    connection: Connection,
    group: list[IngestEvent],
    facility_of: Callable[[IngestEvent], str],
    *,
    forward: bool = False,
) -> list[Accepted]:
    """Add events and what they say. Those that are there already, or come twice in the group, have no effect.

    With `forward` they go into the outbox in the same transaction.
    """
    fresh = _fresh(connection, group)
    if not fresh:
        return []
    # Counted here and not by the database: numbers without gaps, in the order of the commits.
    last = connection.execute(select(func.coalesce(func.max(events.c.sequence), 0))).scalar_one()
    owners = _put_studies(connection, fresh, facility_of)
    accepted = [
        Accepted(sequence, event, owners[event.study_instance_uid]["facility"])
        for sequence, event in enumerate(fresh, last + 1)
    ]
    now_ms = time.time_ns() // 1_000_000
    connection.execute(
        insert(events),
        [
            {
                "sequence": sequence,
                "event_id": event.event_id,
                "payload": event.model_dump_json(by_alias=True, exclude_unset=True),
                "facility": facility,
                "received_ms": now_ms,
            }
            for sequence, event, facility in accepted
        ],
    )
    if forward:
        waiting = {"state": "ready", "attempts": 0, "next_ms": 0}
        rows = [{"sequence": told.sequence, "study": told.event.study_instance_uid} | waiting for told in accepted]
        connection.execute(insert(outbox), rows)
    series_ids, counts = _put_series(connection, fresh, owners)
    _put_instances(connection, accepted, series_ids, counts)
    changed = [{"key": key, "more": more} for key, more in counts.items() if more]
    if changed:
        count = series.c.instance_count + bindparam("more")
        connection.execute(update(series).where(series.c.id == bindparam("key")).values(instance_count=count), changed)
    return accepted


def _fresh(connection: Connection, group: list[IngestEvent]) -> list[IngestEvent]:
    by_id: dict[str, IngestEvent] = {}
    for event in group:
        by_id.setdefault(event.event_id, event)
    known = connection.execute(select(events.c.event_id).where(events.c.event_id.in_(by_id)))
    for (event_id,) in known:
        del by_id[event_id]
    return list(by_id.values())


def _put_studies(
    connection: Connection, fresh: list[IngestEvent], facility_of: Callable[[IngestEvent], str]
) -> dict[str, Row]:
    """The rows of the studies by UID; the patient as the newest event has it, where it has it."""
    uids = {event.study_instance_uid for event in fresh}
    rows = {row["uid"]: row for row in _rows(connection, studies, studies.c.uid.in_(uids))}
    for event in fresh:
        told = {name: getattr(event.index, name) for name in _STUDY}
        row = rows.get(event.study_instance_uid)
        if row is None:
            row = {"uid": event.study_instance_uid, "updated": event.time, "facility": facility_of(event)}
            rows[event.study_instance_uid] = row | told | {"canary": event.canary}
            continue
        row["canary"] = row["canary"] and event.canary
        if event.time >= row["updated"]:
            row |= {name: value for name, value in told.items() if value is not None} | {"updated": event.time}
    _write(connection, studies, rows.values())
    return rows


def _put_series(
    connection: Connection, fresh: list[IngestEvent], owners: dict[str, Row]
) -> tuple[dict[tuple[str, str], int], dict[int, int]]:
    """The numbers of the series by study and series UID, and for each how many objects are new: none yet."""
    keys = {(owners[event.study_instance_uid]["id"], event.series_instance_uid) for event in fresh}
    inside = series.c.study.in_({study for study, _ in keys}) & series.c.uid.in_({uid for _, uid in keys})
    rows = {(row["study"], row["uid"]): row for row in _rows(connection, series, inside)}
    for event in fresh:
        key = owners[event.study_instance_uid]["id"], event.series_instance_uid
        told = {name: getattr(event.index, name) for name in _SERIES}
        row = rows.setdefault(key, {"study": key[0], "uid": key[1], "instance_count": 0} | dict.fromkeys(_SERIES))
        row |= {name: value for name, value in told.items() if value is not None}
    _write(connection, series, [row for key, row in rows.items() if key in keys])
    by_uids = {
        (event.study_instance_uid, event.series_instance_uid): rows[
            owners[event.study_instance_uid]["id"], event.series_instance_uid
        ]["id"]
        for event in fresh
    }
    return by_uids, dict.fromkeys(by_uids.values(), 0)


def _put_instances(
    connection: Connection, accepted: list[Accepted], series_ids: dict[tuple[str, str], int], counts: dict[int, int]
) -> None:
    """The rows of the objects; an event of an older generation than the row's changes nothing."""
    uids = {event.sop_instance_uid for _, event, _ in accepted}
    inside = instances.c.series.in_(counts) & instances.c.uid.in_(uids)
    rows = {(row["series"], row["uid"]): row for row in _rows(connection, instances, inside)}
    changed: dict[tuple[int, str], Row] = {}
    for _, event, _ in accepted:
        key = series_ids[event.study_instance_uid, event.series_instance_uid], event.sop_instance_uid
        row = rows.get(key)
        if row is None:
            counts[key[0]] += 1
        elif event.time < row["time"]:
            continue
        identity = {"id": row["id"]} if row and "id" in row else {}
        rows[key] = changed[key] = identity | {"series": key[0], "uid": key[1]} | _instance(event)
    _write(connection, instances, changed.values())


def _instance(event: IngestEvent) -> Row:
    return {
        "time": event.time,
        "sop_class_uid": event.sop_class_uid,
        "transfer_syntax_uid": event.transfer_syntax_uid,
        "path": event.path,
        "size": event.size,
        "sha256": event.sha256,
        **{name: getattr(event.index, name) for name in _INSTANCE},
        "image_position_patient": _text(event.index.image_position_patient),
        "image_orientation_patient": _text(event.index.image_orientation_patient),
        "canary": event.canary,
    }


def _rows(connection: Connection, table: Table, condition: Any) -> list[Row]:  # noqa: ANN401 (SQLAlchemy's own)
    return [dict(row) for row in connection.execute(select(table).where(condition)).mappings()]


def _write(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert the rows without an `id`, which they get, and update the others."""
    new = [row for row in rows if "id" not in row]
    known = [row for row in rows if "id" in row]
    if new:
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        for row, number in zip(new, connection.execute(statement, new).scalars(), strict=True):
            row["id"] = number
    if known:
        names = [name for name in known[0] if name not in ("id", "instance_count")]
        values: Row = {name: bindparam(name) for name in names}
        statement_update = update(table).where(table.c.id == bindparam("key")).values(values)
        connection.execute(
            statement_update, [{"key": row["id"]} | {name: row[name] for name in names} for row in known]
        )


def _text(vector: list[float] | None) -> str | None:
    return None if vector is None else json.dumps(vector)
