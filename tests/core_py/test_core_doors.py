"""Wasm and Python are two doors to one room: the same objects through both, compared to the bit."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from core_corpus import CORPUS, core

REPOSITORY = Path(__file__).resolve().parents[2]

sys.path.insert(0, str(REPOSITORY / "tests/conformance"))

from synthetic import make_all

VIEWS: list[dict[str, Any]] = [
    {},
    {"inverted": True, "window": {"center": 40, "width": 400, "function": "LINEAR"}},
    {"window": {"center": 101.25, "width": 0.75, "function": "LINEAR_EXACT"}},
    {"window": {"center": 300, "width": 777.7, "function": "SIGMOID"}, "size": [57, 83]},
    {"size": [200, 130], "interpolation": "nearest"},
    {"size": [131, 201]},
]
TOOLS = {
    "probe": 1,
    "length": 2,
    "bidirectional": 4,
    "angle": 3,
    "cobb": 4,
    "rectangle": 2,
    "ellipse": 2,
    "circle": 2,
    "freehand": 9,
}
FLOATING = {"1.2.840.10008.1.2.4.112"}
"""JPEG XL that may be lossy is decoded by floating point numbers, whose products a processor may fuse with sums and wasm may not:
a level more or less in one of a thousand samples."""
PLANES = ["nearest", "linear", "cubic"]
PROJECTIONS = ["max", "min", "mean", "sum"]


@dataclass
class Wasm:
    """What the modules answered to the jobs."""

    jobs: dict[str, list[dict[str, Any]]]
    answers: dict[str, list[Any]]
    folder: Path

    def bytes(self, number: int) -> bytes:
        return (self.folder / f"{number}.bin").read_bytes()

    def both(self, kind: str) -> list[tuple[dict[str, Any], Any]]:
        assert len(self.jobs[kind]) == len(self.answers[kind]) > 0
        return list(zip(self.jobs[kind], self.answers[kind], strict=True))


def points(random: np.random.Generator, count: int, size: tuple[int, int]) -> list[list[float]]:
    found = random.uniform(-0.1, 1.1, (count, 2)) * size[::-1]
    return (np.round(found * 8) / 8).tolist()


def frames_of(path: Path) -> list[int]:
    try:
        count = core.DicomObject(path).frame_count
    except core.DicomError:
        return [0]
    return sorted({0, count // 2})


def series(folder: Path) -> list[str]:
    """Slices of an oblique series, rescaled and with padding, in no order."""
    template = pydicom.dcmread(CORPUS / "CT_small.dcm")
    voxels = np.random.default_rng(12).integers(-1000, 2000, (9, 16, 20)).astype(np.int16)
    voxels[2, 3:6, 4:9] = -2000
    paths = []
    for number in (4, 0, 8, 1, 6, 2, 5, 3, 7):
        slice_ = copy.deepcopy(template)
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number + 1}"
        slice_.Rows, slice_.Columns = voxels[number].shape
        slice_.PixelSpacing = [0.75, 0.5]
        slice_.ImageOrientationPatient = [1, 0, 0, 0, 0.8, 0.6]
        slice_.ImagePositionPatient = [5, 7 - 1.2 * number, 9 + 1.6 * number]
        slice_.InstanceNumber = number + 1
        slice_.RescaleSlope, slice_.RescaleIntercept = 1.5, -24
        slice_.PixelPaddingValue = -2000
        slice_.PixelData = voxels[number].tobytes()
        paths.append(folder / f"slice-{number}.dcm")
        slice_.save_as(paths[-1], enforce_file_format=True)
    return [str(path) for path in paths]


def planes(random: np.random.Generator) -> list[dict[str, Any]]:
    made = []
    for number in range(24):
        right, down, _ = np.linalg.qr(random.normal(size=(3, 3)))[0].T
        made.append(
            {
                "center": (np.array([9.5, 4, 17]) + random.normal(size=3)).tolist(),
                "right": right.tolist() if number else [1, 0, 0],
                "down": down.tolist() if number else [0, 0.8, 0.6],
                "slabMm": 0 if number % 2 else 4.25,
                "projection": PROJECTIONS[number % 4],
                "interpolation": PLANES[number % 3],
                "zoom": [1, 1.75][number % 2],
                "window": [None, {"center": 200, "width": 1500.5, "function": "SIGMOID"}][number // 2 % 2],
                "tools": [
                    {"tool": tool, "points": (np.round(random.uniform(-6, 6, (count, 2)) * 8) / 8).tolist()}
                    for tool, count in TOOLS.items()
                ],
            }
        )
    return made


def annotations(info: dict[str, Any], revision: int, label: str) -> dict[str, Any]:
    keys = ("studyInstanceUid", "seriesInstanceUid", "sopClassUid", "sopInstanceUid")
    return {
        "schema": "noctis.annotations/1",
        "annotations": [
            {
                "uid": f"2.25.{number}",
                "tool": tool,
                "label": f"{label} {number}, “größer”",
                "created": "2026-11-24T12:00:00Z",
                "revision": revision + number % 2,
                "anchor": {key: info[key] for key in keys},
                "points": points(np.random.default_rng(number), count, (128, 128)),
                "measurements": [{"name": "length", "value": 1 / number, "unit": "mm"}],
            }
            for number, (tool, count) in enumerate(TOOLS.items(), 1)
        ],
    }


@pytest.fixture(scope="module")
def wasm(tmp_path_factory: pytest.TempPathFactory) -> Wasm:
    folder = tmp_path_factory.mktemp("doors")
    random = np.random.default_rng(20)
    synthetic = make_all(folder / "synthetic")
    paths = [*sorted(CORPUS.glob("*.dcm")), *sorted(synthetic.rglob("*.dcm"))]
    greys = [CORPUS / name for name in ("CT_small.dcm", "MR_small.dcm", "rtdose.dcm", "JPEG2000.dcm")]
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    sets = [annotations(image.info, 1, "ours"), annotations(image.info, 2, "theirs")]
    report = folder / "report.dcm"
    report.write_bytes(core.annotations_report(json.dumps(sets[0]), image, device_uid="2.25.99"))
    jobs = {
        "frames": [
            {"file": str(path), "frame": frame, "views": VIEWS} for path in paths for frame in frames_of(path)
        ],
        "streams": [
            {"file": str(CORPUS / name)} for name in ("JPEG2000.dcm", "SC_rgb_rle_2frame.dcm", "CT_small.dcm")
        ],
        "measures": [
            {
                "file": str(path),
                "frame": 0,
                "known": known and {"from": [3, 4], "to": [20, 31.5], "mm": 12.5},
                "tools": [
                    {"tool": tool, "points": points(random, count, (64, 64)), "bins": 13}
                    for tool, count in TOOLS.items()
                    for _ in range(3)
                ],
            }
            for path in [*greys, CORPUS / "SC_rgb_rle.dcm"]
            for known in (False, True)
        ],
        "volumes": [{"files": series(folder), "planes": planes(random), "size": [37, 29]}],
        "annotations": [{"set": sets[0], "newer": sets[1], "report": str(report)}],
    }
    (folder / "jobs.json").write_text(json.dumps(jobs))
    command = ["node", str(Path(__file__).with_name("doors.mjs")), str(folder / "jobs.json"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    return Wasm(jobs, json.loads((folder / "answers.json").read_text()), folder)


def outcome(work: Callable[[], Any]) -> Any:
    """What comes out, or the error as wasm tells it."""
    try:
        return work()
    except core.DicomError as error:
        return {"error": {"kind": error.kind, "tag": error.tag, "frame": error.frame, "message": str(error)}}


def assert_same_error(found: dict[str, Any], wasm: dict[str, Any], name: str) -> None:
    ours, theirs = found["error"], wasm["error"]
    assert ours["kind"] == theirs["kind"], name
    assert (ours["tag"], ours["frame"]) == (theirs.get("tag"), theirs.get("frame")), name
    assert theirs["message"] in ours["message"], name


def assert_near(found: np.ndarray, wasm: np.ndarray, name: str) -> None:
    off = np.abs(found.astype(int) - wasm)
    assert off.max() <= 1 and np.count_nonzero(off) * 1000 <= off.size, (
        name,
        off.max(),
        np.count_nonzero(off),
    )


def drawn(found: core.DicomObject, frame: int, view: dict[str, Any]) -> np.ndarray:
    given = dict(view)
    if window := given.pop("window", None):
        given |= {"window": (window["center"], window["width"]), "function": window["function"]}
    picture = found.render(frame, **given)
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def test_objects_frames_and_pictures(wasm: Wasm) -> None:
    compared = {"pictures": 0, "stored": 0, "errors": 0}
    for job, answer in wasm.both("frames"):
        name = f"{Path(job['file']).name} {job['frame']}"
        opened = outcome(lambda job=job: core.DicomObject(job["file"]))
        decoded = opened
        if not isinstance(opened, dict):
            decoded = outcome(lambda opened=opened, job=job: opened.render(job["frame"]))
        if "error" in answer or isinstance(decoded, dict):
            assert isinstance(decoded, dict) and "error" in answer, (
                f"{name}: {answer.get('error')} {decoded!r:.200}"
            )
            assert_same_error(decoded, answer, name)
            compared["errors"] += 1
            continue
        assert opened.info == answer["info"], name
        for view, number in zip(job["views"], answer["pictures"], strict=True):
            found = drawn(opened, job["frame"], view)
            rgba = np.frombuffer(wasm.bytes(number), np.uint8).reshape(*found.shape[:2], 4)
            if opened.info["transferSyntaxUid"] in FLOATING:
                assert_near(found, rgba[..., :3], name)
            else:
                np.testing.assert_array_equal(found, rgba[..., :3], f"{name} {view}")
            compared["pictures"] += 1
        stored = opened.stored(job["frame"])
        if stored.ndim == 2 and stored.dtype.kind in "iu" and answer["unused"] == 0:
            sign = {"i": "s", "u": "u"}[stored.dtype.kind]
            if answer["format"] == f"r{stored.itemsize * 8}{sign}int":
                assert stored.tobytes() == wasm.bytes(answer["pixels"]), name
                compared["stored"] += 1
    assert compared["pictures"] > 800 and compared["stored"] > 40 and compared["errors"] > 5, compared


def test_streams(wasm: Wasm) -> None:
    for job, answer in wasm.both("streams"):
        found = core.DicomObject(job["file"])
        for frame, number in enumerate(answer):
            if number >= 0:
                assert found.encoded(frame) == wasm.bytes(number), job["file"]
            else:
                assert found.encoded(frame) == found.stored(frame).tobytes(), job["file"]


def test_measurements(wasm: Wasm) -> None:
    for job, answer in wasm.both("measures"):
        found = core.DicomObject(job["file"])
        assert core.calibration(found) == answer["calibration"], job["file"]
        known = job["known"] and (job["known"]["from"], job["known"]["to"], job["known"]["mm"])
        for asked, theirs in zip(job["tools"], answer["results"], strict=True):
            ours = core.measure(
                found, asked["tool"], asked["points"], known=known or None, bins=asked["bins"]
            )
            histogram = ours.pop("histogram")
            assert ours == theirs["measured"], (job["file"], asked)
            assert histogram == theirs["histogram"], (job["file"], asked)


def test_volumes_and_planes(wasm: Wasm) -> None:
    ((job, answer),) = wasm.both("volumes")
    objects = [core.DicomObject(file) for file in job["files"]]
    (volume,), findings = core.assemble(objects)
    layout = answer["layout"]
    assert answer["volumes"] == 1
    assert [finding["message"] for finding in findings] == [one["message"] for one in answer["findings"]]
    assert list(volume.shape) == layout["size"] and volume.label == layout["label"]
    columns = np.array(volume.patient_from_voxel)[:3].T
    np.testing.assert_array_equal(columns[[3, 0, 1, 2]], layout["geometry"])
    for plane, theirs in zip(job["planes"], answer["planes"], strict=True):
        window = plane["window"]
        picture = volume.render(
            (tuple(plane["right"]), tuple(plane["down"])),
            center_mm=tuple(plane["center"]),
            size=tuple(job["size"]),
            slab_mm=plane["slabMm"],
            projection=plane["projection"],
            interpolation=plane["interpolation"],
            zoom=plane["zoom"],
            **(
                {"window": (window["center"], window["width"]), "function": window["function"]}
                if window
                else {}
            ),
        )
        rgba = np.frombuffer(wasm.bytes(theirs["picture"]), np.uint8).reshape(*picture.shape, 4)
        np.testing.assert_array_equal(picture, rgba[..., 0])
        assert picture.any()
        for asked, measured in zip(plane["tools"], theirs["measured"], strict=True):
            ours = core.measure_plane(
                volume,
                objects[0],
                plane["center"],
                plane["right"],
                plane["down"],
                asked["tool"],
                asked["points"],
            )
            assert ours == measured, asked


def test_annotations(wasm: Wasm) -> None:
    ((job, answer),) = wasm.both("annotations")
    ours, newer = json.dumps(job["set"]), json.dumps(job["newer"])
    assert core.annotations_csv(ours) == answer["csv"]
    assert json.loads(core.annotations_merged(ours, newer)) == answer["merged"]
    text, warnings = core.annotations_from_report(job["report"])
    assert {"set": json.loads(text), "warnings": warnings} == answer["read"]


def test_a_series_of_cuts_ends_alike(wasm: Wasm, tmp_path: Path) -> None:
    """Objects that end anywhere: the same kind, words and place."""
    whole = (CORPUS / "JPEG2000.dcm").read_bytes()
    cuts = [*range(0, 2000, 97), *range(2000, len(whole), 9001)]
    paths = []
    for cut in cuts:
        paths.append(tmp_path / f"{cut}.dcm")
        paths[-1].write_bytes(whole[:cut])
    jobs = {"frames": [{"file": str(path), "frame": 0, "views": []} for path in paths]}
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    script = Path(__file__).with_name("doors.mjs")
    subprocess.run(["node", script, tmp_path / "jobs.json", tmp_path], check=True, timeout=120)
    answers = json.loads((tmp_path / "answers.json").read_text())["frames"]
    for path, answer in zip(paths, answers, strict=True):
        found = outcome(lambda path=path: core.DicomObject(path).render(0))
        assert isinstance(found, dict) == ("error" in answer), path.name
        if isinstance(found, dict):
            assert_same_error(found, answer, path.name)
