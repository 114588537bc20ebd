"""A DICOM header, and where its pixel data lies. Runs in a worker process; bytes from outside are hostile."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO

import pydicom
from pydicom import encaps
from pydicom.dataset import FileDataset
from pydicom.uid import UID

from noctis_gateway.storage import Storage, StorageFailed

PIXEL_TAGS = {0x7FE00008: "OF", 0x7FE00009: "OD", 0x7FE00010: "OW"}
UNDEFINED = 0xFFFFFFFF
MAX_FRAMES = 1_000_000


class Unreadable(Exception):
    """The file is not what DICOM says, or holds what is not served; the text names no value of it."""


Span = tuple[int, int]
"""Offset in the file and length."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """Where the frames of an object lie in its file."""

    tag: str
    vr: str
    transfer_syntax: str
    encapsulated: bool
    spans: list[list[Span]] = field(default_factory=list)
    """The pieces of each frame, in order. Empty when the frames cannot be told apart."""
    frame_bits: int = 0
    """Bits of a frame where frames are packed without padding to whole bytes (1-bit pixels), else 0."""
    start: int = 0
    """Offset of the value."""
    why_not: str = ""
    """Why there are no spans."""


@dataclass(frozen=True, slots=True)
class Header:
    """The elements before the pixel data, and the pixel data's place where there is any."""

    dataset: FileDataset
    pixels: Pixels | None
    size: int


def read(storage: Storage, relative: str) -> Header:
    """Read the header of a stored object; raises `Unreadable`, `NotThere` or `StorageFailed`."""
    with storage.open(relative) as opened, opened.file() as file:
        size = opened.size
        try:
            dataset = pydicom.dcmread(file, stop_before_pixels=True, force=False)
            syntax = UID(dataset.file_meta.TransferSyntaxUID)
            if syntax.is_deflated:
                return Header(dataset, None, size)
            return Header(dataset, _pixels(file, dataset, syntax, size), size)
        except (Unreadable, StorageFailed):
            raise
        except MemoryError:
            raise Unreadable("the object's header is larger than this service reads") from None
        except Exception as error:  # pydicom raises whatever it meets
            raise Unreadable(f"the object's header cannot be read ({type(error).__name__})") from None


def _pixels(file: BinaryIO, dataset: FileDataset, syntax: UID, size: int) -> Pixels | None:
    """The reader stopped before the element of the pixel data, or at the end."""
    order = "<" if syntax.is_little_endian else ">"
    head = file.read(12)
    if len(head) < 8:
        return None
    group, element = struct.unpack(f"{order}HH", head[:4])
    tag = group << 16 | element
    if tag not in PIXEL_TAGS:
        return None
    if syntax.is_implicit_VR:
        vr, length, start = PIXEL_TAGS[tag], struct.unpack("<L", head[4:8])[0], file.tell() - 4
    else:
        vr, length, start = head[4:6].decode("ascii", "replace"), struct.unpack(f"{order}L", head[8:12])[0], file.tell()
    place = f"{tag:08X}", re.sub("[^A-Z]", "", vr), str(syntax)
    encapsulated = length == UNDEFINED
    try:
        if encapsulated:
            file.seek(start)
            return _encapsulated(file, dataset, place, start)
        if start + length > size:
            raise Unreadable("its pixel data goes on beyond the end of the file")
        return _native(dataset, place, start, length)
    except Unreadable as error:
        why = str(error)
    except Exception as error:  # the rest of the header is good all the same
        why = f"its pixels are not described well enough to find the frames ({type(error).__name__})"
    return Pixels(*place, encapsulated=encapsulated, start=start, why_not=why)


def _count(dataset: FileDataset) -> int:
    count = int(dataset.get("NumberOfFrames") or 1)
    if not 1 <= count <= MAX_FRAMES:
        raise Unreadable("its number of frames is out of range")
    return count


def _native(dataset: FileDataset, place: tuple[str, str, str], start: int, length: int) -> Pixels:
    allocated = {"7FE00008": 32, "7FE00009": 64}.get(place[0]) or int(dataset.BitsAllocated)
    samples = int(dataset.get("SamplesPerPixel") or 1)
    bits = int(dataset.Rows) * int(dataset.Columns) * samples * allocated
    if str(dataset.get("PhotometricInterpretation", "")) == "YBR_FULL_422":
        bits = bits * 2 // 3
    count = _count(dataset)
    if not bits or (bits * count + 7) // 8 > length:
        raise Unreadable("its pixel data is shorter than its frames")
    if place[2] == "1.2.840.10008.1.2.2":
        return Pixels(*place, encapsulated=False, start=start, why_not="its pixels are big endian")
    if bits % 8:
        whole = (bits * count + 7) // 8
        return Pixels(*place, encapsulated=False, spans=[[(start, whole)]] * count, frame_bits=bits, start=start)
    size = bits // 8
    spans = [[(start + number * size, size)] for number in range(count)]
    return Pixels(*place, encapsulated=False, spans=spans, start=start)


def _encapsulated(file: BinaryIO, dataset: FileDataset, place: tuple[str, str, str], start: int) -> Pixels:
    count = _count(dataset)
    basic = encaps.parse_basic_offsets(file)
    first = file.tell()
    _, items = encaps.parse_fragments(file)
    fragments = []
    for item in items:
        file.seek(item + 4)
        fragments.append((item, struct.unpack("<L", file.read(4))[0]))
    offsets = basic
    if dataset.get("ExtendedOffsetTable"):
        table: bytes = dataset.ExtendedOffsetTable
        offsets = [number for (number,) in struct.iter_unpack("<Q", table[: len(table) // 8 * 8])]
    groups = _group(fragments, [first + offset for offset in offsets], count)
    if groups is None:
        return Pixels(*place, encapsulated=True, start=start, why_not="its frames cannot be told apart")
    return Pixels(*place, encapsulated=True, spans=groups, start=start)


def _group(fragments: list[Span], begins: list[int], count: int) -> list[list[Span]] | None:
    """The fragments of each frame: by the offset table, else one to one, else all to the only frame."""
    values = [(item + 8, length) for item, length in fragments]
    places = {item: position for position, (item, _) in enumerate(fragments)}
    if len(begins) == count and begins == sorted(set(begins)) and all(begin in places for begin in begins):
        cuts = [places[begin] for begin in begins] + [len(values)]
        return [values[cut:end] for cut, end in pairwise(cuts)]
    if len(values) == count:
        return [[value] for value in values]
    return [values] if count == 1 and values else None
