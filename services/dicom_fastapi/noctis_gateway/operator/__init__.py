"""The operator's page: three static files, which tell nothing; the figures need a token or an operator's session."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from noctis_gateway.page import static_file

FOLDER = Path(__file__).parent
FILES = ("index.html", "operator.css", "operator.js")

router = APIRouter()


@router.get("/operator", include_in_schema=False)
async def without_slash() -> Response:
    """To the page."""
    return Response(status_code=308, headers={"Location": "/operator/"})


@router.get("/operator/", include_in_schema=False)
def page(request: Request) -> Response:
    """The page."""
    return static_file(request, FOLDER, FILES[0], "no-cache")


@router.get("/operator/operator.{suffix}", include_in_schema=False)
def part(request: Request, suffix: str) -> Response:
    """What belongs to it."""
    name = f"operator.{suffix}"
    return static_file(request, FOLDER, name if name in FILES else "-", "no-cache")
