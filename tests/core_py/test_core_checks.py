"""Objects against the standard, enhanced pictures against a model in NumPy, and the stubs against the module."""

from __future__ import annotations

import ast
import copy
import io
import json
from collections.abc import Callable
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from PIL import Image, ImageFilter
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from core_corpus import CORPUS, core

STUBS = Path(__file__).resolve().parents[2] / "crates/core-py/noctis_dicom_core.pyi"


def bytes_of(dataset: Dataset, **options: bool) -> bytes:
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True, **options)
    return file.getvalue()


def sound() -> Dataset:
    """A CT image without faults: pydicom's own, with what it lacks."""
    ct = pydicom.dcmread(CORPUS / "CT_small.dcm")
    ct.remove_private_tags()
    ct.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ct.PatientBirthDate, ct.ReferringPhysicianName, ct.StudyID = "19700101", "", "1"
    ct.AccessionNumber, ct.PositionReferenceIndicator, ct.PatientID = "", "", "1CT1"
    del ct.DataSetTrailingPadding
    return ct


def found(data: bytes) -> set[tuple[str, str | None, str | None]]:
    return {(one["severity"], one["tag"], one["part"]) for one in core.validate(data)}


def test_a_sound_object_is_sound_in_every_encoding() -> None:
    ct = sound()
    assert core.validate(bytes_of(ct)) == []
    ct.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    assert core.validate(bytes_of(ct, implicit_vr=True, little_endian=True)) == []


def spoil(change: Callable[[Dataset], None]) -> set[tuple[str, str | None, str | None]]:
    ct = copy.deepcopy(sound())
    with pydicom.config.disable_value_validation():
        change(ct)
        return found(bytes_of(ct))


@pytest.mark.parametrize(
    ("change", "tag", "part"),
    [
        (lambda ct: setattr(ct, "StudyDate", "1.2.2024"), "0008,0020", "PS3.5 6.2"),
        (lambda ct: setattr(ct, "StudyInstanceUID", "1.02.3"), "0020,000D", "PS3.5 9.1"),
        (lambda ct: setattr(ct, "AccessionNumber", "A" * 17), "0008,0050", "PS3.5 6.2"),
        (lambda ct: setattr(ct, "PatientSex", "W"), "0010,0040", "PS3.3 C.7.1.1"),
        (lambda ct: delattr(ct, "PatientID"), "0010,0020", "PS3.3 C.7.1.1"),
        (lambda ct: setattr(ct, "Modality", ""), "0008,0060", "PS3.3 C.7.3.1"),
        (lambda ct: delattr(ct, "RescaleSlope"), "0028,1053", "PS3.3 C.8.2.1"),
        (
            lambda ct: setattr(ct, "ImageOrientationPatient", [1, 0, 0, 0, 2, 0]),
            "0020,0037",
            "PS3.3 C.7.6.2.1.1",
        ),
        (lambda ct: setattr(ct, "SpecificCharacterSet", "KLINGON"), "0008,0005", "PS3.3 C.12.1.1.2"),
        (lambda ct: setattr(ct, "PixelData", ct.PixelData[:-2]), "7FE0,0010", "PS3.5 8.1.1"),
        (lambda ct: setattr(ct, "HighBit", 3), "0028,0102", "PS3.5 8.1.1"),
        (lambda ct: ct.add_new(0x00291001, "LO", "x"), "0029,1001", "PS3.5 7.8.1"),
        (lambda ct: ct.add_new(0x00080016, "LO", "1.2.840.10008.5.1.4.1.1.2"), "0008,0016", "PS3.6 6"),
    ],
)
def test_a_fault_is_named_with_its_place(change: Callable[[Dataset], None], tag: str, part: str) -> None:
    assert ("error", tag, part) in spoil(change)


def needed(class_uid: str) -> set[str]:
    """What objects of a class need by the standard's tables, as highdicom keeps them, but for descriptions of pixels."""
    classes, iods, modules = (
        json.loads((Path(highdicom.__file__).parent / f"_standard/{name}.json").read_text())
        for name in ("sop_class_iod_map", "iod_module_map", "module_attribute_map")
    )
    found = set()
    for module in iods[classes[class_uid]]:
        if module["usage"] == "M" and module["key"] != "sr-document-content":
            attributes = [
                one for one in modules[module["key"]] if not one["path"] and one["type"] in ("1", "2")
            ]
            found |= {attribute["keyword"] for attribute in attributes}
    return found - PIXELS


PIXELS = {
    *("SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns", "PixelData"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
}
CLASSES = {
    "CT": "2",
    "MR": "4",
    "PET": "128",
    "NM": "20",
    "US": "6.1",
    "US, frames": "3.1",
    "SC": "7",
    "CR": "1",
    "DX": "1.1",
    "DX, raw": "1.1.1",
    "MG": "1.2",
    "MG, raw": "1.2.1",
    "XA": "12.1",
    "RF": "12.2",
    "text": "88.11",
    "enhanced": "88.22",
    "comprehensive": "88.33",
    "comprehensive 3D": "88.34",
    "extensible": "88.35",
    "breast CAD": "88.50",
    "chest CAD": "88.65",
    "colon CAD": "88.69",
    "dose": "88.67",
    "isotopes": "88.68",
}


@pytest.mark.parametrize("number", CLASSES.values(), ids=CLASSES.keys())
def test_what_a_class_needs_is_what_the_standard_says(number: str) -> None:
    empty = Dataset()
    empty.SOPClassUID, empty.SOPInstanceUID = f"1.2.840.10008.5.1.4.1.1.{number}", "1.2.3"
    empty.file_meta = FileMetaDataset()
    empty.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    expected = needed(empty.SOPClassUID) - {"SOPClassUID", "SOPInstanceUID"}
    content = {"ValueType", "ContinuityOfContent"} if number.startswith("88.") else set()
    missing = {keyword_for_tag(one["tag"].replace(",", "")) for one in core.validate(bytes_of(empty))}
    # The general module of images is looked at where there are pixels.
    general = {"InstanceNumber"} if not content else set()
    assert missing == expected - general | content


def test_every_file_gets_an_answer() -> None:
    for path in [*sorted(CORPUS.glob("*.dcm")), *sorted(CORPUS.parent.glob("charset_files/*.dcm"))]:
        for one in core.validate(path):
            assert one["severity"] in ("error", "warning") and one["message"], path.name
            assert str(one["part"]).startswith("PS3."), path.name
    assert found(b"Dear colleague") == {("warning", "0002,0000", "PS3.10 7.1"), ("error", None, "PS3.5 7.1")}
    whole = bytes_of(sound())
    for cut in range(0, len(whole) - 2, 1013):
        assert any(severity == "error" for severity, _, _ in found(whole[:cut])), cut


def test_messages_hold_nothing_of_the_patient() -> None:
    ct = sound()
    with pydicom.config.disable_value_validation():
        ct.PatientName, ct.PatientBirthDate, ct.PatientID = "Secret^a^b^c^d^e^f", "secret", "secret" * 12
        assert "secret" not in str(core.validate(bytes_of(ct))).lower()


def gaussian(plane: np.ndarray, deviation: float) -> np.ndarray:
    reach = int(np.ceil(deviation * 4))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    bell /= bell.sum()
    for axis in (1, 0):
        padded = np.pad(plane, [(reach, reach) if one == axis else (0, 0) for one in (0, 1)], "edge")
        plane = np.apply_along_axis(lambda line: np.convolve(line, bell, "valid"), axis, padded)
    return plane


def unsharp(plane: np.ndarray, deviation: float, amount: float, threshold: float) -> np.ndarray:
    difference = plane - gaussian(plane, deviation)
    return np.where(np.abs(difference) < threshold, plane, plane + amount * difference)


def stretched(plane: np.ndarray) -> np.ndarray:
    rows, columns = plane.shape
    side = min(max(min(rows, columns) // 4, 8), 64)
    tiles = [
        [plane[y : y + side, x : x + side] for x in range(0, columns, side)] for y in range(0, rows, side)
    ]
    ranges = np.array([[(tile.min(), tile.max()) for tile in line] for line in tiles])
    at = [
        np.clip((np.arange(n) + 0.5) / side - 0.5, 0, m - 1)
        for n, m in zip(plane.shape, ranges.shape, strict=False)
    ]
    (y, x), last = [part.astype(int) for part in at], np.array(ranges.shape[:2]) - 1
    down, along = (at[0] - y)[:, None, None], (at[1] - x)[None, :, None]
    y2, x2 = np.minimum(y + 1, last[0]), np.minimum(x + 1, last[1])
    above = ranges[y][:, x] * (1 - along) + ranges[y][:, x2] * along
    below = ranges[y2][:, x] * (1 - along) + ranges[y2][:, x2] * along
    low, high = np.moveaxis(above * (1 - down) + below * down, 2, 0)
    width = np.maximum(high - low, 0.25)
    low = np.clip((low + high) / 2 - width / 2, 0, 1 - width)
    return 0.6 * np.clip((plane - low) / width, 0, 1) ** 0.8 + 0.4 * plane


def enhanced(values: np.ndarray, center: float, width: float) -> np.ndarray:
    plane = np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1)
    wide = np.pad(plane, 1, "edge")
    right = (
        (wide[:, 2:] - wide[:, :-2])[:-2]
        + 2 * (wide[:, 2:] - wide[:, :-2])[1:-1]
        + (wide[:, 2:] - wide[:, :-2])[2:]
    )
    down = (
        (wide[2:] - wide[:-2])[:, :-2] + 2 * (wide[2:] - wide[:-2])[:, 1:-1] + (wide[2:] - wide[:-2])[:, 2:]
    )
    edge = np.clip(2 * np.hypot(right, down) / 4, 0, 1)
    plane = plane * edge + gaussian(plane, 0.8) * (1 - edge)
    plane = stretched(plane)
    steepness = 4 * (1.2 if width > 1000 else 1.8 if width < 200 else 1.5)
    curve = lambda level: 1 / (1 + np.exp(-steepness * (level - 0.5)))
    plane = (curve(plane) - curve(0)) / (curve(1) - curve(0))
    plane = np.clip(unsharp(plane, 1, 0.5, 0.02), 0, 1)
    plane = plane ** (0.8 if center < -200 else 1.2 if center > 200 else 1)
    return np.floor(plane * 255 + 0.5)


@pytest.mark.parametrize("window", [(40, 400), (-600, 1600), (300, 2000), (40, 80)])
def test_enhanced_windows_are_those_of_a_model(window: tuple[float, float]) -> None:
    values = core.DicomObject(CORPUS / "CT_small.dcm").values()[:, :111]
    levels = core.enhanced_window_level(values, *window)
    assert np.abs(levels - enhanced(values, *window)).max() <= 1
    np.testing.assert_array_equal(core.enhanced_window_level(values, *window, inverted=True), 255 - levels)
    with pytest.raises(core.DicomError):
        core.enhanced_window_level(values, 40, 0)
    with pytest.raises(ValueError, match="two dimensions"):
        core.enhanced_window_level(values[0], 40, 400)


def test_sharpening_is_pillows() -> None:
    picture = core.DicomObject(CORPUS / "MR_small.dcm").render()
    theirs = np.asarray(Image.fromarray(picture).filter(ImageFilter.UnsharpMask(1.2, 140, 3)), dtype=float)
    ours = core.sharpened(picture).astype(float)
    # Pillow's mean is of boxes; ours is Gaussian.
    assert np.abs(ours - theirs).mean() < 1.5 < np.abs(ours - picture).mean()


def test_a_window_to_begin_with() -> None:
    assert core.default_window(core.DicomObject(CORPUS / "MR_small.dcm")) == (600, 1600)
    ct = core.DicomObject(CORPUS / "CT_small.dcm")
    assert core.default_window(ct) == core.auto_window(ct.values(), "CT")


def test_the_stubs_name_what_there_is() -> None:
    named: dict[str, set[str]] = {}
    for node in ast.parse(STUBS.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            named[node.name] = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
        elif isinstance(node, ast.ClassDef):
            members = {one.name for one in node.body if isinstance(one, ast.FunctionDef)} - {"__new__"}
            public = {name for name in vars(getattr(core, node.name)) if not name.startswith("_")}
            assert members == public or node.name == "DicomError", node.name
            named[node.name] = set()
    assert set(named) == {name for name in dir(core) if not name.startswith("_")}
    for name, arguments in named.items():
        signature = getattr(getattr(core, name), "__text_signature__", None)
        if arguments and signature and "/" not in signature:
            assert {part.split("=")[0].strip("()* ") for part in signature.split(",")} - {""} >= arguments, (
                name
            )
