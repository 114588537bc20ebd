"""QIDO-RS (PS3.18, 10.6): studies, series and instances, as far as the index knows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, select
from starlette.responses import Response

from noctis_gateway.caller import Sight
from noctis_gateway.context import Ctx, See
from noctis_gateway.db.schema import instances, series, studies
from noctis_gateway.dicomweb import accept, matching
from noctis_gateway.dicomweb.attributes import Level
from noctis_gateway.dicomweb.matching import Search
from noctis_gateway.index import SERIES_OF_STUDIES, TREE, Index, visible
from noctis_gateway.studies import Responses, UidInPath

router = APIRouter(tags=["QIDO-RS"])

JSON: Responses = {
    200: {"description": "Matches", "content": {"application/dicom+json": {"schema": {"type": "array"}}}},
    400: {"description": "A parameter is wrong or cannot be searched for"},
    406: {"description": "The client takes no JSON"},
}

_FROM: dict[Level, FromClause] = {"studies": studies, "series": SERIES_OF_STUDIES, "instances": TREE}
_ORDER: dict[Level, Sequence[ColumnElement[Any]]] = {
    "studies": (studies.c.updated.desc(), studies.c.id.desc()),
    "series": (studies.c.id.desc(), series.c.series_number.is_(None), series.c.series_number, series.c.id),
    "instances": (
        series.c.id,
        instances.c.instance_number.is_(None),
        instances.c.instance_number,
        instances.c.id,
    ),
}


def root_url(request: Request, public_url: str | None) -> str:
    """The address of the DICOMweb service, as the client sees it."""
    return f"{public_url or str(request.base_url).rstrip('/')}/dicomweb"


def _columns(search: Search) -> list[ColumnElement[Any]]:
    columns = [field.column.label(field.tag) for field in search.fields if field.column is not None]
    return [studies.c.id.label("study"), *columns]


def find(index: Index, sight: Sight, search: Search) -> tuple[list[dict[str, Any]], bool]:
    """The matches as DICOM JSON without their addresses, and whether there are more of them."""
    statement: Select[Any] = select(*_columns(search)).select_from(_FROM[search.level])
    statement = statement.where(visible(sight), *search.conditions).order_by(*_ORDER[search.level])
    rows = index.rows(statement.limit(search.limit + 1).offset(search.offset))
    more, rows = len(rows) > search.limit, rows[: search.limit]
    gathered = _gather(index, {row["study"] for row in rows}) if search.level == "studies" else {}
    return [_object(search, row, gathered.get(row["study"], {})) for row in rows], more


def _gather(index: Index, numbers: set[int]) -> dict[int, dict[str, Any]]:
    """What is counted over the series of each study."""
    found: dict[int, dict[str, Any]] = {number: {"00080061": set(), "00201206": 0, "00201208": 0} for number in numbers}
    columns = series.c.study, series.c.modality, series.c.instance_count
    for row in index.rows(select(*columns).where(series.c.study.in_(numbers))):
        counts = found[row["study"]]
        counts["00201206"] += 1
        counts["00201208"] += row["instance_count"]
        if row["modality"] is not None:
            counts["00080061"].add(row["modality"])
    return found


def _object(search: Search, row: RowMapping, gathered: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"00080056": {"vr": "CS", "Value": ["ONLINE"]}}
    for field in search.fields:
        value = row[field.tag] if field.column is not None else gathered.get(field.tag)
        if field.column is None and field.tag not in gathered:
            continue
        if isinstance(value, set):
            value = sorted(value)
        known = value is not None and value != []
        found[field.tag] = {"vr": field.vr} | ({"Value": field.value(value)} if known else {})
    return found


def _with_address(root: str, found: dict[str, Any]) -> dict[str, Any]:
    address = root
    for name, tag in (("studies", "0020000D"), ("series", "0020000E"), ("instances", "00080018")):
        if tag in found:
            address += f"/{name}/{found[tag]['Value'][0]}"
    found["00081190"] = {"vr": "UR", "Value": [address]}
    return dict(sorted(found.items()))


def search_in(request: Request, context: Ctx, sight: Sight, level: Level, **above: str) -> Response:
    """Answer a search for `level`, below the study and series that the address names."""
    media = accept.json_type(request.headers.get("accept"))
    search = matching.read(level, request.query_params.multi_items())
    for column, value in ((studies.c.uid, above.get("study")), (series.c.uid, above.get("series"))):
        if value is not None:
            search.conditions.append(column == value)
    found, more = find(context.index, sight, search)
    root = root_url(request, context.settings.public_url)
    body = json.dumps([_with_address(root, item) for item in found], ensure_ascii=False, separators=(",", ":"))
    headers = {}
    if more:
        headers["Warning"] = f'299 {request.url.netloc}: "There are additional results that can be requested"'
    return Response(body.encode(), media_type=media, headers=headers)


@router.get("/studies", response_class=Response, responses=JSON)
def all_studies(request: Request, context: Ctx, sight: See) -> Response:
    """Studies by any of their attributes, newest first."""
    return search_in(request, context, sight, "studies")


@router.get("/series", response_class=Response, responses=JSON)
def all_series(request: Request, context: Ctx, sight: See) -> Response:
    """Series of all studies."""
    return search_in(request, context, sight, "series")


@router.get("/instances", response_class=Response, responses=JSON)
def all_instances(request: Request, context: Ctx, sight: See) -> Response:
    """Instances of all studies."""
    return search_in(request, context, sight, "instances")


@router.get("/studies/{study}/series", response_class=Response, responses=JSON)
def series_of_study(request: Request, context: Ctx, sight: See, study: UidInPath) -> Response:
    """The series of a study."""
    return search_in(request, context, sight, "series", study=study)


@router.get("/studies/{study}/instances", response_class=Response, responses=JSON)
def instances_of_study(request: Request, context: Ctx, sight: See, study: UidInPath) -> Response:
    """The instances of a study."""
    return search_in(request, context, sight, "instances", study=study)


@router.get("/studies/{study}/series/{series}/instances", response_class=Response, responses=JSON)
def instances_of_series(request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath) -> Response:
    """The instances of a series."""
    return search_in(request, context, sight, "instances", study=study, series=series)
