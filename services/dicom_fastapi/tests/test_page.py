"""The page and the package: as a browser loads them."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator

import httpx
import pytest

from tests.gateway import Gateway, running

WASM = b"\0asm\1\0\0\0" * 100


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a page and two builds of the package."""
    folder = tmp_path_factory.mktemp("site")
    with running(folder) as gateway:
        files = {
            "page/index.html": b"<!doctype html><title>page</title>",
            "page/page.css": b"body { margin: 0 }",
            "page/parts/part.js": b"export const part = 1;",
            "page/.hidden": b"hidden",
            "secret.txt": b"secret",
            "wasm/README.md": b"not a build",
            "wasm/9.9.9/README.md": b"not a build either",
            "wasm/0.1.0/noctis-viewer.js": b"old",
            "wasm/0.2.0/noctis-viewer.js": b"new",
            "wasm/0.2.0/noctis-viewer.js.br": b"brotli",
            "wasm/0.2.0/noctis-viewer.js.gz": gzip.compress(b"new"),
            "wasm/0.2.0/noctis_viewer_bg.wasm": WASM,
            "wasm/0.2.0/noctis_viewer_bg.wasm.gz": gzip.compress(b"stale"),
            "wasm/0.2.0/decode-worker.js": b"worker",
        }
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, age in {"0.1.0/noctis-viewer.js": 100, "0.2.0/noctis_viewer_bg.wasm.gz": 50}.items():
            status = (folder / "wasm" / name).stat()
            os.utime(folder / "wasm" / name, (status.st_atime, status.st_mtime - age))
        (folder / "page/link.txt").symlink_to(folder / "secret.txt")
        yield gateway


@pytest.fixture
def browser(site: Gateway) -> Iterator[httpx.Client]:
    """A client of the site."""
    with site.client(headers={"Accept-Encoding": "identity"}) as client:
        yield client


def version(client: httpx.Client) -> str:
    return str(client.get("/page-config.json").json()["wasm_version"])


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/parts/part.js", "text/javascript; charset=utf-8"),
        ("/static/wasm/0.2.0/noctis_viewer_bg.wasm", "application/wasm"),
        ("/static/wasm/0.2.0/noctis-viewer.js", "text/javascript; charset=utf-8"),
    ],
)
def test_files_have_their_type_and_are_asked_for_again(browser: httpx.Client, path: str, content_type: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert browser.head(path).headers["Content-Length"] == answer.headers["Content-Length"]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/.hidden",
        "/link.txt",
        "/parts",
        "/parts/",
        "/%2e%2e/secret.txt",
        "/parts/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/page.css%00",
        "/static/wasm/README.md",
        "/static/wasm/0.2.0/",
        "/static/wasm/%2e%2e/secret.txt",
        "/static/wasm/0.2.0/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/static/wasm/0.2.0/..%2f..%2f..%2fsecret.txt",
        "/static/wasm/+/secret.txt",
    ],
)
def test_nothing_else_is_served(site: Gateway, path: str) -> None:
    # As bytes, so that the client does not tidy the path up.
    with site.client() as client:
        request = client.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=path.encode())
        assert client.send(request).status_code == 404


def test_the_newest_build_is_used_and_kept_until_it_changes(browser: httpx.Client, site: Gateway) -> None:
    first = version(browser)
    assert first.startswith("0.2.0+")
    address = f"/static/wasm/{first}/decode-worker.js"
    answer = browser.get(address)
    assert (answer.content, answer.headers["Cache-Control"]) == (b"worker", "public, max-age=31536000, immutable")
    worker = site.folder / "wasm/0.2.0/decode-worker.js"
    worker.write_bytes(b"another worker")
    second = version(browser)
    assert second.startswith("0.2.0+")
    assert second != first
    # A page that is still open works with what there is, and keeps nothing of it under the old name.
    answer = browser.get(address)
    assert (answer.content, answer.headers["Cache-Control"]) == (b"another worker", "no-cache")


def test_compressed_copies(browser: httpx.Client) -> None:
    script, wasm = "/static/wasm/0.2.0/noctis-viewer.js", "/static/wasm/0.2.0/noctis_viewer_bg.wasm"

    def raw(path: str, accepted: str) -> tuple[str | None, bytes, str]:
        with browser.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
            assert answer.headers["Vary"] == "Accept-Encoding"
            content = b"".join(answer.iter_raw())
            return answer.headers.get("Content-Encoding"), content, answer.headers["ETag"]

    coding, content, tag = raw(script, "gzip, deflate, br, zstd")
    assert (coding, content) == ("br", b"brotli")
    coding, content, other = raw(script, "gzip")
    assert (coding, gzip.decompress(content)) == ("gzip", b"new")
    assert other != tag
    assert raw(script, "identity")[:2] == (None, b"new")
    assert raw(script, "br;q=0, gzip;q=0")[:2] == (None, b"new")
    assert raw(wasm, "gzip, br")[:2] == (None, WASM)  # its copy is older than itself


def test_without_a_build_the_page_can_say_so(client: httpx.Client) -> None:
    answer = client.get("/page-config.json")
    assert answer.status_code == 404
    assert "cargo xtask wasm" in answer.json()["detail"]
    assert client.get("/healthz").json() == {"status": "ok"}
