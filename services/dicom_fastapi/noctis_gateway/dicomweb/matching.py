"""How a query of QIDO-RS becomes a condition on the index (PS3.18, 8.3.4; PS3.4, C.2.2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import HTTPException
from sqlalchemy import ColumnElement, exists, func, or_, select

from noctis_gateway.db.schema import series, studies
from noctis_gateway.dicomweb.attributes import ATTRIBUTES, LEVELS, Attribute, Level, find

MAX_RESULTS: dict[Level, int] = {"studies": 1000, "series": 5000, "instances": 20_000}
"""Results of one answer; a header says so when there are more."""

MAX_VALUES = 500

_WILD = re.compile(r"[*?]")
_RANGE = re.compile(r"^([0-9.]*)-([0-9.]*)$")


@dataclass(slots=True)
class Search:
    """What is asked for at a level."""

    level: Level
    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    fields: list[Attribute] = field(default_factory=list)
    limit: int = 0
    offset: int = 0


def read(level: Level, pairs: list[tuple[str, str]]) -> Search:
    """The search that the query parameters describe; 400 when one is wrong or cannot be searched for."""
    levels = LEVELS[: LEVELS.index(level) + 1]
    search = Search(level, limit=MAX_RESULTS[level])
    asked: set[str] = set()
    for name, value in pairs:
        if name == "limit":
            search.limit = min(_count(name, value), MAX_RESULTS[level])
        elif name == "offset":
            search.offset = _count(name, value)
        elif name == "fuzzymatching":
            if value not in ("true", "false"):
                raise HTTPException(400, "fuzzymatching is true or false")
        elif name == "includefield":
            asked.update(_included(value))
        else:
            attribute = find(name)
            if attribute is None or attribute.level not in levels:
                # Ignoring it would answer with what was not asked for.
                raise HTTPException(400, f"{level} cannot be searched by {name[:64]!r}")
            asked.add(attribute.tag)
            condition = match(attribute, value)
            if condition is not None:
                search.conditions.append(condition)
    search.fields = [
        attribute
        for attribute in ATTRIBUTES
        if attribute.level in levels and (attribute.default or "all" in asked or attribute.tag in asked)
    ]
    return search


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise HTTPException(400, f"{name} must be a whole number")
    return int(value)


def _included(value: str) -> set[str]:
    """The tags of the fields that are known; others are left out of the answer, as PS3.18 allows."""
    names = [name.strip() for name in value.split(",")]
    return {"all"} if "all" in names else {found.tag for name in names if (found := find(name))}


def match(attribute: Attribute, value: str) -> ColumnElement[bool] | None:
    """The condition for one key; None when every value matches."""
    value = value.strip()
    if value in ("", "*"):
        return None
    if attribute.keyword == "ModalitiesInStudy":
        inside = _text(series.c.modality, "CS", value)
        return exists(select(series.c.id).where(series.c.study == studies.c.id, inside))
    if attribute.column is None:
        raise HTTPException(400, f"{attribute.keyword} cannot be searched for")
    if attribute.vr in ("IS", "US"):
        number = int(value) if re.fullmatch(r"[+-]?[0-9]{1,18}", value) else None
        if number is None:
            raise HTTPException(400, f"{attribute.keyword} must be a whole number")
        return attribute.column == number
    if attribute.vr in ("DA", "TM"):
        return _range(attribute, value)
    if attribute.vr == "DS":
        raise HTTPException(400, f"{attribute.keyword} cannot be searched for")
    return _text(attribute.column, attribute.vr, value)


def _range(attribute: Attribute, value: str) -> ColumnElement[bool]:
    column: ColumnElement[Any] = attribute.column  # type: ignore[assignment] # the caller has looked
    digits = r"[0-9]{8}" if attribute.vr == "DA" else r"[0-9]{2,6}(\.[0-9]{1,6})?"
    span = _RANGE.match(value)
    begin, end = (span[1], span[2]) if span else (value, value)
    if not (begin or end) or any(part and not re.fullmatch(digits, part) for part in (begin, end)):
        raise HTTPException(400, f"{attribute.keyword} must be a value or a range of {attribute.vr}")
    # A time may be given in part: 10 to 1030 takes 10:30:59 as well.
    conditions = ([column >= begin] if begin else []) + ([column <= f"{end}~"] if end else [])
    condition = conditions[0]
    for more in conditions[1:]:
        condition &= more
    return condition


def _text(column: ColumnElement[Any], vr: str, value: str) -> ColumnElement[bool]:
    """One value or several; `*` and `?` stand for others except in UIDs. The case of a person's name does not count."""
    values = re.split(r"[\\,]", value) if vr in ("UI", "CS") else [value]
    if len(values) > MAX_VALUES:
        raise HTTPException(400, f"more than {MAX_VALUES} values")
    if vr == "PN":
        column, values = func.lower(column), [value.lower() for value in values]
    exact = [value.strip() for value in values if vr == "UI" or not _WILD.search(value)]
    wild = [value.strip() for value in values if vr != "UI" and _WILD.search(value)]
    conditions = [column.in_(exact)] if exact else []
    conditions += [column.like(_pattern(value), escape="\\") for value in wild]
    return or_(*conditions)


def _pattern(value: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return escaped.replace("*", "%").replace("?", "_")
