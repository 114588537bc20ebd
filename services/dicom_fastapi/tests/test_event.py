"""The typed event of the gateway and the schema of the repository say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from noctis_gateway.event import IngestEvent
from tests.gateway import SERVICE, Event, event

SCHEMA: dict[str, Any] = json.loads((SERVICE / "../../schemas/ingest-event.v1.json").read_text())

FULL = event(
    "1.2.3",
    series_number=-2,
    rows=512,
    columns=65535,
    number_of_frames=0,
    image_position_patient=[-1.5, 0, 2e3],
    image_orientation_patient=[1, 0, 0, 0, 1, 0],
    study_date="20260101",
    study_time="101010.5",
    accession_number="A 1",
    study_description="Thorax",
    study_id="7",
    referring_physician_name="Doe^Jane",
    series_description="1.25 mm",
    patient_id="P",
)

VALUES: list[object] = [
    *(None, True, False, 0, -1, 1, 131, 132, 65535, 65536, 2**40, 1.5, "", " ", "x", "A" * 16, "A" * 17),
    *("1", "1.2", "1..2", ".1", "1.", "1.2 ", "../1", "1" * 64, "1" * 65, "1.02", "::1", "127.0.0.1", "instance.lost"),
    *("noctis.ingest/1", "noctis.ingest/2", "2026-11-24T10:00:00.000001Z", "2026-11-24T10:00:00Z", "0" * 64, "F" * 64),
    *("886313e1-3b8a-5372-9b90-0c9aee199e5d", "886313e1-3b8a-4372-9b90-0c9aee199e5d", "Müller^Jürgen", [], {}, [1, 2]),
    *([1, 2, 3], [1.5, 2, -3e9], ["1", "2", "3"], [1, 2, None], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7]),
]
"""Put in the place of every value of an event, one at a time."""


def variants() -> Iterator[tuple[str, Event]]:
    """The full event with one thing changed."""
    for part in ("event", "index"):
        names = list(FULL) if part == "event" else list(FULL["index"])
        for name in [*names, "unknown"]:
            for position in range(-1, len(VALUES)):
                changed = copy.deepcopy(FULL)
                target = changed if part == "event" else changed["index"]
                if position < 0:
                    target.pop(name, None)
                else:
                    target[name] = VALUES[position]
                # The path follows the UIDs; that it does is more than the schema can say, and tested elsewhere.
                if name.endswith("_uid") and name in ("study_instance_uid", "series_instance_uid", "sop_instance_uid"):
                    uids = (changed.get(f"{level}_instance_uid") for level in ("study", "series", "sop"))
                    changed["path"] = "/".join(map(str, uids)) + ".dcm"
                yield f"{part}.{name} = {VALUES[position] if position >= 0 else 'left out'!r}", changed


def is_valid(content: Event) -> bool:
    try:
        IngestEvent.model_validate(content)
    except ValidationError:
        return False
    return True


def test_the_model_names_what_the_schema_names() -> None:
    schema = IngestEvent.model_json_schema(by_alias=True)
    assert schema["properties"].keys() == SCHEMA["properties"].keys() == FULL.keys()
    assert set(schema["required"]) == set(SCHEMA["required"])
    index = schema["$defs"]["EventIndex"]
    assert index["properties"].keys() == SCHEMA["properties"]["index"]["properties"].keys() == FULL["index"].keys()


def test_model_and_schema_take_and_refuse_the_same() -> None:
    by_schema = Draft202012Validator(SCHEMA)
    assert by_schema.is_valid(FULL)
    assert is_valid(FULL)
    differences, valid, count = [], 0, 0
    for what, content in variants():
        expected = by_schema.is_valid(content)
        # Only the path must be in its place as well.
        if what.startswith("event.path") and content.get("path") != FULL["path"]:
            expected = False
        count, valid = count + 1, valid + expected
        if is_valid(content) != expected:
            differences.append(f"{what}: the schema says {'valid' if expected else 'invalid'}")
    assert not differences
    assert count == (18 + 1 + 17 + 1) * (len(VALUES) + 1)
    assert valid > 150


def test_the_text_of_an_error_has_no_patient() -> None:
    content = event("1.2.3", patient_name="SECRET^NAME", rows="SECRET^NAME")
    with pytest.raises(ValidationError) as error:
        IngestEvent.model_validate(content)
    assert "rows" in str(error.value)
    assert "SECRET" not in str(error.value)


def test_a_uid_ends_where_it_ends() -> None:
    # Not in the comparison above: the `$` of Python's re, which jsonschema uses, looks past a final line feed.
    assert not is_valid(FULL | {"sop_class_uid": "1.2\n"})
