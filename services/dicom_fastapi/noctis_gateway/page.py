"""The example page and the built npm package (`static/wasm/<version>/`)."""

from __future__ import annotations

import mimetypes
import os
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import Response

from noctis_gateway import sending
from noctis_gateway.context import Ctx
from noctis_gateway.storage import NotThere, OpenedFile, Tree

ENTRY = "noctis-viewer.js"
"""The file that makes a folder a build of the package."""

CONTENT_TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
}

COMPRESSED = (("br", ".br"), ("gzip", ".gz"))
"""Codings with the suffix of the copies beside a file, the smaller first."""

NO_FILE: dict[int | str, dict[str, object]] = {404: {"description": "No such file"}}

router = APIRouter()


class PageConfig(BaseModel):
    """What the page needs to know before it can load the viewer."""

    wasm_version: str
    """The folder below /static/wasm/: `<version>+<digest of the build>`."""
    thumbnails: bool
    """Whether small pictures are drawn here."""


@router.get("/page-config.json", responses={404: {"description": "The package has not been built"}})
def page_config(context: Ctx) -> PageConfig:
    """The newest build of the package."""
    root = context.settings.wasm_root
    try:
        builds = [folder for folder in root.iterdir() if (folder / ENTRY).is_file()]
    except OSError:
        builds = []
    if not builds:
        raise HTTPException(404, "the viewer is not built; run: cargo xtask wasm")
    newest = max(builds, key=lambda folder: (folder / ENTRY).stat().st_mtime_ns)
    return PageConfig(wasm_version=f"{newest.name}+{_digest(newest)}", thumbnails=_draws())


@cache
def _draws() -> bool:
    return find_spec("noctis_dicom_core") is not None


@router.head("/static/wasm/{version}/{path:path}", include_in_schema=False)
@router.get("/static/wasm/{version}/{path:path}", response_class=Response, responses=NO_FILE)
def package_file(request: Request, context: Ctx, version: str, path: str) -> Response:
    """A file of the package. Below `<version>+<digest>` it never changes; below `<version>` it is asked for again."""
    folder, _, digest = version.partition("+")
    root = context.settings.wasm_root
    fixed = bool(digest) and digest == _digest(root / folder)
    caching = "public, max-age=31536000, immutable" if fixed else "no-cache"
    return static_file(request, root, f"{folder}/{path}", caching)


@router.api_route("/{path:path}", methods=["GET", "HEAD"], response_class=Response, include_in_schema=False)
def page_file(request: Request, context: Ctx, path: str) -> Response:
    """The page and what lies beside it."""
    return static_file(request, context.settings.page_root, path or "index.html", "no-cache")


def _digest(folder: Path) -> str:
    """Changes with every build: the package keeps its version for many builds while it is worked on."""
    state = sha256()
    try:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            status = entry.stat()
            state.update(f"{entry.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    except OSError:
        return ""
    return state.hexdigest()[:12]


def static_file(request: Request, root: Path, path: str, caching: str) -> Response:
    """A file below a folder, in the smallest form that the client takes."""
    try:
        file = Tree(root).open(path)
    except NotThere:
        raise HTTPException(404, "no such file") from None
    suffix = Path(path).suffix
    content_type = CONTENT_TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"Content-Type": content_type, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    file, coding = _smallest(request, root, path, file)
    if coding:
        headers["Content-Encoding"] = coding
    return sending.answer(request, file, headers, f'"{file.status.st_mtime_ns:x}-{file.size:x}{coding}"')


def _smallest(request: Request, root: Path, path: str, file: OpenedFile) -> tuple[OpenedFile, str]:
    """The compressed copy that the client takes, with its coding, where there is one that is not older."""
    accepted = request.headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
    for coding, suffix in COMPRESSED:
        if coding not in accepted:  # one with a quality value too: `;q=0` refuses it, and browsers send none
            continue
        try:
            copy = Tree(root).open(path + suffix)
        except NotThere:
            continue
        if copy.status.st_mtime_ns >= file.status.st_mtime_ns:
            file.close()
            return copy, coding
        copy.close()
    return file, ""
