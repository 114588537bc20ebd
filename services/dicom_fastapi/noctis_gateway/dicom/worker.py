"""What the worker processes do: DICOM JSON, bulk data, places of frames and pictures, for one file at a time."""

from __future__ import annotations

import json
import math
import os
import resource
import threading
import time
from typing import Any, Literal, NamedTuple

import pydicom
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from noctis_gateway.dicom import header
from noctis_gateway.dicom.header import Pixels, Unreadable
from noctis_gateway.storage import Storage

BULK_BYTES = 1024
"""Binary values longer than this are named by an address instead of written out."""
MAX_MEMORY = 4 << 30
BULK_MARK = "noctis-bulk:"
"""Begins the addresses of bulk data until the gateway puts its own in their place."""

BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


class Described(NamedTuple):
    """An object's metadata."""

    text: bytes
    """DICOM JSON of one object."""
    size: int
    """Bytes of the file that was read."""
    problems: int
    """Elements that could not be read and are left out."""


class Rendering(NamedTuple):
    """How a picture is to be."""

    frame: int | None
    """From 0; None is the middle one."""
    side: int | None
    """Pixels of the longer side; None is as many as the frame has."""
    form: Literal["jpeg", "png", "webp"]
    quality: int
    window: tuple[float, float] | None
    """Center and width; None is the object's own."""


class NoCore(Exception):
    """`noctis_dicom_core` is not installed."""


def begin() -> None:
    """At the start of a worker: bounded memory, an end with its gateway, and pydicom that takes what devices write."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
    pydicom.config.convert_wrong_length_to_UN = True


def _end_with(parent: int) -> None:
    """A gateway that is killed cannot end its workers, and they would wait for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def describe(storage: Storage, relative: str) -> Described:
    """The metadata of a file (PS3.18, F.2)."""
    opened = header.read(storage, relative)
    found, problems = _elements(opened.dataset, "")
    if opened.pixels is not None:
        tag = opened.pixels.tag
        found[tag] = {"vr": opened.pixels.vr or "OW", "BulkDataURI": f"{BULK_MARK}{tag}"}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Described(text.encode("utf-8", "replace"), opened.size, problems)


def _elements(dataset: Dataset, path: str) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    problems = 0
    for tag in sorted(dataset.keys()):
        name = f"{int(tag):08X}"
        if int(tag) & 0xFFFF == 0:  # a group length tells of a file, not of an object
            continue
        try:
            element = dataset[tag]
            if element.VR == "SQ":
                items = [_elements(item, f"{path}{name}/{number}/") for number, item in enumerate(element.value)]
                problems += sum(bad for _, bad in items)
                found[name] = {"vr": "SQ"} | ({"Value": [item for item, _ in items]} if items else {})
            elif element.VR in BINARY and element.value and len(element.value) > BULK_BYTES:
                found[name] = {"vr": element.VR, "BulkDataURI": f"{BULK_MARK}{path}{name}"}
            else:
                found[name] = _plain(element)
        except Exception:  # whatever pydicom met: the others are not to be lost for it
            problems += 1
    return found, problems


def _plain(element: DataElement) -> dict[str, Any]:
    converted: dict[str, Any] = element.to_json_dict(None, BULK_BYTES)
    if element.VR in ("FL", "FD", "DS") and "Value" in converted:
        converted["Value"] = [_number(value) for value in converted["Value"]]
    return converted


def _number(value: Any) -> Any:  # noqa: ANN401 (a number of pydicom's, or None)
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no such numbers (PS3.18, F.2.3).
        return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    return value


def pixels(storage: Storage, relative: str) -> tuple[Pixels | None, int]:
    """Where the frames are, and the size of the file."""
    opened = header.read(storage, relative)
    return opened.pixels, opened.size


def picture(storage: Storage, relative: str, how: Rendering) -> bytes:
    """A picture of a frame as a file, drawn by viewer-core."""
    try:
        import noctis_dicom_core as core  # noqa: PLC0415 (a gateway without it has no pictures, and all the rest)
    except ImportError:
        raise NoCore from None
    with storage.open(relative) as opened:
        content = b"".join(opened.pieces(0, opened.size))
    try:
        found = core.DicomObject(content)
        side = how.side or max(found.info["rows"], found.info["columns"])
        return found.thumbnail(side, frame=how.frame, format=how.form, quality=how.quality, window=how.window)
    except core.DicomError as error:
        raise Unreadable(f"{error.kind}: {error}") from None


def bulk(storage: Storage, relative: str, path: str) -> bytes | None:
    """A binary value by its path of tags and item numbers, `TAG/0/TAG`; None when there is none."""
    dataset: Dataset = header.read(storage, relative).dataset
    *steps, last = path.split("/")
    try:
        for tag, item in zip(steps[::2], steps[1::2], strict=True):
            dataset = dataset[int(tag, 16)].value[int(item)]
        element = dataset[int(last, 16)]
        return bytes(element.value) if element.VR in BINARY and element.value else None
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return None
    except Exception as error:
        raise Unreadable(f"the value cannot be read ({type(error).__name__})") from None
