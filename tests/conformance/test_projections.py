"""The largest and the smallest value along an axis of voxels: the goldens of tests/cases, against NumPy."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(("name", "pick"), [("max", np.max), ("min", np.min)])
def test_projection_along_slices(name: str, pick) -> None:
    folder = TESTS / "cases" / f"ray-{name}-along-slices"
    case = json.loads((folder / "case.json").read_text())
    volume, window = case["volume"], case["volume"]["window"]
    shape = volume["slices"], volume["rows"], volume["columns"]
    stored = np.fromfile(TESTS / "inputs" / case["input"], "<i2").reshape(shape).astype(int)
    # Padding is empty: where there is nothing else, the picture is black.
    padded = stored == volume["padding"][0]
    hu = np.ma.masked_array(stored + volume["rescaleIntercept"], padded)
    x = pick(hu, axis=0).filled(-100_000)
    # LINEAR, PS3.3 C.11.2.1.2.1.
    y = ((x - (window["center"] - 0.5)) / (window["width"] - 1) + 0.5) * 255
    expected = np.floor(np.clip(y, 0, 255) + 0.5)
    drawn = np.asarray(Image.open(folder / "expected.png").convert("L")).astype(int)
    assert drawn.shape == expected.shape
    assert len(np.unique(expected)) > 8, "there is something to compare"
    assert np.abs(drawn - expected).max() <= 1
