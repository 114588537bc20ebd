"""Lookup tables of PS3.3 C.11 through `noctis-probe --render`, against the NumPy model. None of them is a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset

from conftest import Probe
from model import grey, presets
from objects import ENCODINGS, make, noise, save
from test_render import render


def lut(
    entries: int,
    first: int,
    bits: int,
    *,
    seed: int = 1,
    vr: str = "US",
    data: str = "words",
    falls: bool = False,
    **more: Any,
) -> Dataset:
    """An item of a LUT sequence: a bent curve with noise on it, over all `bits`."""
    ramp = np.linspace(0, 1, entries) ** (2 if seed % 2 else 0.4)
    if falls:
        ramp = ramp[::-1]
    random = np.random.default_rng(seed)
    values = (ramp + random.normal(0, 0.02, entries)).clip(0, 1) * (2**bits - 1)
    values = values.round().astype("<u2")
    item = Dataset()
    item.add_new("LUTDescriptor", vr, [entries % 2**16 if vr == "US" else entries, first, bits])
    if data == "words":
        item.add_new("LUTData", "US", values.tolist())
    else:
        packed = values.astype("u1" if data == "bytes" else "<u2").tobytes()
        item.add_new("LUTData", "OW", packed + bytes(len(packed) % 2))
    for name, value in more.items():
        setattr(item, name, value)
    return item


def stored(bits: int = 16, *, signed: bool = False) -> np.ndarray:
    """Noise with every low value: the tables begin there."""
    array = noise((64, 64), bits, signed=signed)
    array[:32] = (np.arange(32 * 64) - (1024 if signed else 0)).reshape(32, 64)
    return array


MODALITY_CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "12 bit": ({"entries": 4096, "first": 0, "bits": 16}, {}),
    "first above zero": ({"entries": 300, "first": 77, "bits": 10}, {}),
    "falls": ({"entries": 1000, "first": 5, "bits": 12, "falls": True}, {}),
    "65536 entries": ({"entries": 65536, "first": 0, "bits": 16, "data": "OW"}, {}),
    "signed": ({"entries": 2000, "first": -900, "bits": 16, "vr": "SS"}, {"signed": True}),
    "bytes": ({"entries": 255, "first": 3, "bits": 8, "data": "bytes"}, {}),
    "8 bit in words": ({"entries": 255, "first": 3, "bits": 8, "data": "OW"}, {}),
}


@pytest.mark.parametrize("window", [(0.3, 0.4), (0.25, None), None])
@pytest.mark.parametrize("name", MODALITY_CASES)
def test_modality_lut(
    name: str, window: tuple[float, float | None] | None, probe: Probe, tmp_path: Path
) -> None:
    """By a window of these shares of the output range (a step when there is no width), and without any."""
    table, pixels = MODALITY_CASES[name]
    array = stored(**pixels)
    # a rescale beside a table does not count (C.11.1)
    dataset = make(array, ModalityLUTSequence=[lut(**table)], RescaleSlope="3", RescaleIntercept="7")
    if window:
        center, width = window
        dataset.WindowCenter = str(center * 2 ** table["bits"])
        dataset.WindowWidth = str(width * 2 ** table["bits"] if width else 1)
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    assert np.array_equal(ours, grey(array, dataset))
    assert len(np.unique(ours)) > 1, "a blank picture proves nothing"


def test_modality_lut_of_x_ray_angiography_is_not_for_display(probe: Probe, tmp_path: Path) -> None:
    array = stored(8)
    dataset = make(array, ModalityLUTSequence=[lut(256, 0, 16)], WindowCenter="128", WindowWidth="256")
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1"
    assert np.array_equal(render(probe, save(dataset, tmp_path / "a.dcm")), array)


VOI_CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "16 bit": ({"entries": 4096, "first": 0, "bits": 16}, {}),
    "8 bit bytes": ({"entries": 1023, "first": 100, "bits": 8, "data": "bytes"}, {}),
    "10 bit": ({"entries": 256, "first": 1000, "bits": 10, "data": "OW"}, {}),
    "below zero": ({"entries": 3000, "first": -1024, "bits": 12, "vr": "SS"}, {"RescaleIntercept": "-1024"}),
    "fractions": ({"entries": 600, "first": 30, "bits": 16}, {"RescaleSlope": "0.3"}),
    "steep": ({"entries": 60000, "first": 0, "bits": 16}, {"RescaleSlope": "33.3", "RescaleIntercept": "-9"}),
    "negative slope": ({"entries": 900, "first": -800, "bits": 12, "vr": "SS"}, {"RescaleSlope": "-0.7"}),
    "monochrome1": ({"entries": 900, "first": 0, "bits": 12}, {"PhotometricInterpretation": "MONOCHROME1"}),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", VOI_CASES)
def test_voi_lut(name: str, encoding: str, probe: Probe, tmp_path: Path) -> None:
    table, elements = VOI_CASES[name]
    array = stored()
    dataset = make(
        array, VOILUTSequence=[lut(**table)], **{"RescaleSlope": "1", "RescaleIntercept": "0"} | elements
    )
    path = tmp_path / "a.dcm"
    expected = grey(array, dataset)
    if encoding == "big":
        data = dataset.VOILUTSequence[0]["LUTData"]
        if isinstance(data.value, bytes):
            data.value = np.frombuffer(data.value, "u2").byteswap().tobytes()
    ours = render(probe, save(dataset, path, encoding))
    assert np.array_equal(ours, expected)
    assert len(np.unique(ours)) > 1, "a blank picture proves nothing"


def test_presets_are_windows_then_voi_luts(probe: Probe, tmp_path: Path) -> None:
    array = stored()
    luts = [lut(500, 20, 12, seed=2, LUTExplanation="SKIN"), lut(4000, 0, 16, seed=3)]
    dataset = make(
        array,
        WindowCenter=["900", "20"],
        WindowWidth=["1500", "60"],
        VOILUTSequence=luts,
        VOILUTFunction="SIGMOID",
    )
    path = save(dataset, tmp_path / "a.dcm")
    pictures = [render(probe, path, "--preset", str(number)) for number in range(4)]
    for ours, preset in zip(pictures, presets(dataset), strict=True):
        assert np.array_equal(ours, grey(array, dataset, preset))
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert np.array_equal(render(probe, path), pictures[0])
    outcome = probe(path, "--render", tmp_path / "b.png", "--preset", "4")
    assert outcome.code == 1 and outcome.report["error"]["kind"] == "malformed"


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("shape", ["IDENTITY", "INVERSE", None])
def test_presentation_lut_shape(photometric: str, shape: str | None, probe: Probe, tmp_path: Path) -> None:
    array = stored(8)
    dataset = make(array, PhotometricInterpretation=photometric, WindowCenter="100", WindowWidth="120")
    if shape:
        dataset.PresentationLUTShape = shape
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    assert np.array_equal(ours, grey(array, dataset))
    assert (int(ours.ravel()[array.argmin()]) == 255) == (photometric == "MONOCHROME1" or shape == "INVERSE")


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("entries", [256, 4096])
def test_every_step_at_once(function: str, entries: int, probe: Probe, tmp_path: Path) -> None:
    array = stored(signed=True)
    dataset = make(
        array,
        ModalityLUTSequence=[lut(1800, -700, 14, vr="SS")],
        WindowCenter="6000.25",
        WindowWidth="9000",
        VOILUTFunction=function,
        VOILUTSequence=[lut(9000, 2000, 12, seed=4)],
        PresentationLUTSequence=[lut(entries, 0, 10, seed=5)],
    )
    path = save(dataset, tmp_path / "a.dcm")
    for number, preset in enumerate(presets(dataset)):
        ours = render(probe, path, "--preset", str(number))
        assert np.array_equal(ours, grey(array, dataset, preset))
        assert len(np.unique(ours)) > 9


def test_broken_tables(probe: Probe, tmp_path: Path) -> None:
    """A Modality LUT that cannot be read is an error; a VOI LUT is left out."""
    array = stored(8)
    broken = lut(256, 0, 8)
    broken.LUTData = broken.LUTData[:100]
    dataset = make(array, ModalityLUTSequence=[broken])
    outcome = probe(save(dataset, tmp_path / "a.dcm"), "--render", tmp_path / "a.png")
    assert (outcome.code, outcome.report["error"]["kind"], outcome.report["error"]["tag"]) == (
        1,
        "malformed",
        "0028,3006",
    )
    dataset = make(array, VOILUTSequence=[broken])
    assert np.array_equal(render(probe, save(dataset, tmp_path / "b.dcm")), grey(array, make(array)))
