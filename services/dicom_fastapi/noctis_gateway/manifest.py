"""The manifest of a series: all that a viewer needs to open it, in one small answer."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from noctis_gateway import sending
from noctis_gateway.context import Ctx, See
from noctis_gateway.models import Instance
from noctis_gateway.studies import NOT_FOUND, UidInPath

router = APIRouter()

COLUMNS = tuple(name for name in Instance.model_fields if name != "url")


def columns(rows: list[Instance]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What is the same for all objects, and what is not, as one list for each name."""
    values = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    shared = {name: found[0] for name, found in values.items() if all(value == found[0] for value in found)}
    return shared, {name: found for name, found in values.items() if name not in shared}


@router.get(
    "/studies/{study}/series/{series}/manifest",
    response_class=Response,
    responses={
        200: {"description": "noctis.manifest/1", "content": {"application/json": {"schema": {"type": "object"}}}},
        304: {"description": "The client has it"},
        **NOT_FOUND,
    },
)
def manifest(request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath) -> Response:
    """The objects of a series in columns, by instance number; `shared` holds what is the same for all.

    `url` is the address of an object's bytes, `{sop_instance_uid}` in it to be replaced.
    """
    rows = context.index.instances(sight, study, series)
    if not rows:
        raise HTTPException(404, "no such series")
    (head,) = [row for row in context.index.series(sight, study) if row.series_instance_uid == series]
    shared, varying = columns(rows)
    content = {
        "schema": "noctis.manifest/1",
        "study_instance_uid": study,
        "series_instance_uid": series,
        "modality": head.modality,
        "series_number": head.series_number,
        "count": len(rows),
        "url": f"/studies/{study}/series/{series}/instances/{{sop_instance_uid}}/file",
        "shared": shared,
        "columns": varying,
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    packed = "gzip" in request.headers.get("accept-encoding", "").lower()
    # Its bytes depend on the coding, so its strong tag does.
    tag = f'"{sha256(body).hexdigest()[:32]}{"-gzip" if packed else ""}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if sending.is_known(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if packed:
        body, headers["Content-Encoding"] = gzip.compress(body, 5, mtime=0), "gzip"
    return Response(body, media_type="application/json", headers=headers)
