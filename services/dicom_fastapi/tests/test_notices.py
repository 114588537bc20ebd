"""Events beside `instance.stored`: the gateway takes what their schemas allow, and nothing comes of it."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from noctis_gateway.notice import NOTICE, TYPES
from tests.gateway import SERVICE, Event, event, statuses

HEAD = {
    "schema": "noctis.ingest/1",
    "event_id": "886313e1-3b8a-5372-9b90-0c9aee199e5d",
    "time": "2026-11-24T10:00:00.000001Z",
    "receiver": "NOCTIS",
}
SENT = {"calling_aet": "CT01", "called_aet": "NOCTIS", "remote_address": "::1", "canary": False}
TIME = HEAD["time"]
SERIES = {"study_instance_uid": "1.2", "series_instance_uid": "1.3"}
INSTANCE = {"sop_instance_uid": "1.4", "sop_class_uid": "1.5"}
NOTICES: dict[str, Event] = {
    "instance.duplicate": {**SENT, **SERIES, **INSTANCE, "transfer_syntax_uid": "1.6", "path": "1.2/1.3/1.4.dcm"},
    "instance.rejected": {**SENT, **INSTANCE, "status": "A900", "reason": "no"},
    "association.closed": {
        **SENT,
        **{"started": TIME, "end": "released", "stored": 3, "duplicates": 0, "rejected": 0, "echoes": 1},
    },
    "series.quiet": {**SERIES, "instances": 3, "first_stored": TIME, "last_stored": TIME},
}
VALUES: list[object] = [None, True, 0, -1, 1, 2**40, "", "x", "1.2", "../1", "A" * 17, TIME, "A900", "released", [], {}]


def notice(kind: str) -> Event:
    return {**HEAD, "type": kind, **NOTICES[kind]}


def schema(kind: str) -> dict[str, Any]:
    path = SERVICE / f"../../schemas/{kind.replace('.', '-')}.v1.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    Draft202012Validator.check_schema(loaded)
    return loaded


def is_valid(content: Event) -> bool:
    try:
        NOTICE.validate_python(content)
    except ValidationError:
        return False
    return True


def test_every_type_is_here() -> None:
    assert NOTICES.keys() == TYPES


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_model_and_schema_take_and_refuse_the_same(kind: str) -> None:
    by_schema = Draft202012Validator(schema(kind))
    full = notice(kind)
    assert by_schema.is_valid(full)
    assert is_valid(full)
    assert set(schema(kind)["properties"]) == set(full)
    differences = []
    for name in [*full, "unknown"]:
        for position in range(-1, len(VALUES)):
            changed = copy.deepcopy(full)
            if position < 0:
                changed.pop(name, None)
            else:
                changed[name] = VALUES[position]
            if by_schema.is_valid(changed) != is_valid(changed):
                differences.append((name, VALUES[position] if position >= 0 else "left out"))
    assert not differences


def test_the_gateway_settles_them_without_effect(client: httpx.Client, study: str) -> None:
    stored = event("1.1", study)
    notices = [notice(kind) | {"study_instance_uid": study} for kind in ("instance.duplicate", "series.quiet")]
    notices += [notice("association.closed"), notice("instance.rejected")]
    batch = [*notices, stored, {**notices[0], "size": 1}]
    assert statuses(client, batch) == ["accepted"] * 5 + ["rejected"]
    assert statuses(client, notices) == ["accepted"] * 4, "as often as they come"
    (series,) = client.get(f"/studies/{study}/series").json()["series"]
    assert series["instance_count"] == 1
