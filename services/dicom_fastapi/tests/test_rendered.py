"""Rendered resources and thumbnails: what viewer-core draws, held against a window worked out with NumPy."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.gateway import Gateway, running
from tests.library import Stored, fill


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with pydicom's files."""
    with running(tmp_path_factory.mktemp("rendered")) as gateway, gateway.client() as client:
        gateway.library = fill(gateway, client)  # type: ignore[attr-defined]
        yield gateway


@pytest.fixture(scope="module")
def library(site: Gateway) -> dict[str, Stored]:
    """What it holds."""
    return site.library  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def web(site: Gateway) -> Iterator[httpx.Client]:
    """A plain client."""
    with site.client() as client:
        yield client


def picture(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    found = Image.open(io.BytesIO(answer.content))
    assert answer.headers["Content-Type"] == f"image/{(found.format or '').lower()}"
    return found


def test_a_window_is_that_of_the_standard(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["CT_small.dcm"]
    dataset = stored.dataset
    values = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    center, width = 40.0, 400.0
    levels = np.clip(((values - (center - 0.5)) / (width - 1) + 0.5) * 255, 0, 255)
    url = f"{stored.address}/rendered"
    found = picture(web.get(url, params={"window": "40,400,linear"}, headers={"Accept": "image/png"}))
    assert np.abs(np.asarray(found, np.float64) - levels).max() <= 1
    other = picture(web.get(url, params={"window": "300,400,linear"}, headers={"Accept": "image/png"}))
    assert np.asarray(other).mean() < np.asarray(found).mean()


def test_a_viewport_bounds_the_picture_and_colour_stays(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["examples_ybr_color.dcm"]
    found = picture(web.get(f"{stored.address}/rendered", params={"viewport": "100,50"}))
    assert (found.mode, max(found.size), found.format) == ("RGB", 50, "JPEG")
    whole = picture(web.get(f"{stored.address}/frames/2/rendered", headers={"Accept": "image/webp"}))
    assert whole.size == (stored.dataset.Columns, stored.dataset.Rows)


def test_a_study_a_series_an_object_and_a_frame_have_a_thumbnail(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["rtdose.dcm"]
    study, _, rest = stored.address.partition("/series/")
    series = f"{study}/series/{rest.partition('/')[0]}"
    for address in (study, series, stored.address, f"{stored.address}/frames/3"):
        found = picture(web.get(f"{address}/thumbnail"))
        assert max(found.size) == 256
    small = picture(web.get(f"{stored.address}/thumbnail", params={"viewport": "64,64"}))
    assert max(small.size) == 64


def test_a_known_picture_is_not_sent_again(web: httpx.Client, library: dict[str, Stored]) -> None:
    url = f"{library['CT_small.dcm'].address}/thumbnail"
    tag = web.get(url).headers["ETag"]
    assert web.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert web.get(url, params={"viewport": "64,64"}, headers={"If-None-Match": tag}).status_code == 200


def test_what_cannot_be_drawn_is_refused_with_the_reason(web: httpx.Client, library: dict[str, Stored]) -> None:
    ct = library["CT_small.dcm"].address
    for url, headers, status, reason in (
        (f"{ct}/rendered?window=40,0", {}, 400, "at least 1"),
        (f"{ct}/rendered?window=40,400,sigmoid", {}, 400, "linear"),
        (f"{ct}/rendered?viewport=100", {}, 400, "WIDTH,HEIGHT"),
        (f"{ct}/rendered?viewport=0,100", {}, 400, "4096"),
        (f"{ct}/rendered", {"Accept": "image/gif"}, 406, "image/jpeg"),
        (f"{ct}/frames/2/rendered", {}, 422, "frame"),
        (f"{library['test-SR.dcm'].address}/rendered", {}, 422, "no-pixel-data"),
    ):
        answer = web.get(url, headers=headers)
        assert answer.status_code == status, (url, answer.text)
        assert reason in answer.text, (url, answer.text)
