"""Makes what the fuzzer begins with, of nothing but synthetic files: `python seeds.py FOLDER`.

`cargo xtask fuzz --collect` calls it. Each target has a folder of its own; what an input must look like, the targets say.
"""

from __future__ import annotations

import copy
import io
import json
import os
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import generate_fragments
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

REPOSITORY = Path(__file__).resolve().parents[1]
SYNTHETIC = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "conformance" / "synthetic"
sys.path.insert(0, str(REPOSITORY / "tests" / "conformance"))

from synthetic import make_all

LONGEST = 6 << 10
IMPLICIT, EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG = "1.2.840.10008.1.2.4."
# as in `src/viewer/decode_frame.rs`
SYNTAXES = [IMPLICIT, EXPLICIT, BIG_ENDIAN, EXPLICIT + ".98", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1"]
JPEG_ENDS = (50, 51, 57, 70, 80, 81, *range(90, 94), *range(201, 204), *range(110, 113))
SYNTAXES += [f"{JPEG}{end}" for end in JPEG_ENDS]
PHOTOMETRICS = (
    "MONOCHROME2 MONOCHROME1 RGB YBR_FULL YBR_FULL_422 YBR_PARTIAL_420 YBR_PARTIAL_422 YBR_ICT YBR_RCT XYZ"
)
ALLOCATED = [1, 8, 16, 32]
# as in `src/viewer/encapsulation.rs`
ENCAPSULATED = [EXPLICIT + ".98", "1.2.840.10008.1.2.5", JPEG + "70", "1.2.840.10008.1.2.8.1", JPEG + "90"]
# as in `src/viewer/voi_lut.rs`
SHOWN = [EXPLICIT, IMPLICIT, BIG_ENDIAN]
COLORS = ["MONOCHROME2", "MONOCHROME1", "PALETTE COLOR", "RGB"]
BITS = [(8, 8, 7), (16, 16, 15), (16, 12, 11), (16, 10, 13), (32, 32, 31), (8, 6, 5)]
# What an object says of how it is shown, beside the Image Pixel module.
SHAPE = {0x02, 0x04, 0x06, 0x08, 0x10, 0x11, 0x100, 0x101, 0x102, 0x103}

# What a report says beside its content.
REPORTED = {
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "ContentDate",
    "ContentTime",
}
REPORTED |= {"CurrentRequestedProcedureEvidenceSequence", "ValueType", "ConceptNameCodeSequence"}


def written(dataset: Dataset, syntax: str) -> bytes:
    """The elements of a data set."""
    content = DicomBytesIO()
    content.is_little_endian, content.is_implicit_VR = syntax != BIG_ENDIAN, syntax == IMPLICIT
    write_dataset(content, dataset)
    return bytes(content.getvalue())


def first_stream(dataset: Dataset) -> bytes:
    """The first fragment, or the pixels."""
    if dataset["PixelData"].is_undefined_length:
        return next(
            generate_fragments(dataset.PixelData[8 + int.from_bytes(dataset.PixelData[4:8], "little") :])
        )
    size = int(dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated + 7) // 8
    return bytes(dataset.PixelData[:size])


def frame(dataset: Dataset) -> bytes | None:
    """An input of `decode_frame`."""
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    photometric = dataset.PhotometricInterpretation
    names = PHOTOMETRICS.split()
    known = syntax in SYNTAXES and photometric in names and dataset.BitsAllocated in ALLOCATED
    if (
        not known
        or "PixelData" not in dataset
        or "BitsStored" not in dataset
        or max(dataset.Rows, dataset.Columns) > 96
    ):
        return None
    flags = names.index(photometric) | int(dataset.PixelRepresentation) << 4
    flags |= int(dataset.get("PlanarConfiguration", 0)) << 5
    depth = ALLOCATED.index(dataset.BitsAllocated) << 6 | dataset.BitsStored - 1
    above = dataset.HighBit + 1 - dataset.BitsStored
    head = [SYNTAXES.index(syntax), dataset.Rows - 1, dataset.Columns - 1, flags, depth, above]
    return bytes(head) + first_stream(dataset)


def fragments(dataset: Dataset) -> bytes | None:
    """An input of `encapsulation`."""
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    if syntax not in ENCAPSULATED or not dataset["PixelData"].is_undefined_length:
        return None
    frames = int(dataset.get("NumberOfFrames", 1))
    table = bytes(dataset.get("ExtendedOffsetTable", b""))
    items = bytes(dataset.PixelData) + b"\xfe\xff\xdd\xe0\0\0\0\0"
    return bytes([ENCAPSULATED.index(syntax), frames, len(table) // 8]) + table + items


def small_fragments() -> Iterator[bytes]:
    """Inputs of `encapsulation` with fragments of a few bytes: tables of each kind, right, wrong and missing."""

    def item(content: bytes) -> bytes:
        return b"\xfe\xff\x00\xe0" + struct.pack("<L", len(content)) + content

    end = b"\xfe\xff\xdd\xe0\0\0\0\0"
    for kind, content in (
        (0, b"abcdef"),
        (1, b"\x01" + bytes(63)),
        (2, b"\xff\xd8\xff\xd9"),
        (4, b"\xff\x4f\xff\x51"),
    ):
        for pieces in (1, 2):
            cut = len(content) // pieces
            parts = [content[at : at + cut] for at in range(0, len(content), cut)]
            one = b"".join(map(item, parts))
            offsets = [at * len(one) for at in range(3)]
            for basic in (offsets, [], [offset + 2 for offset in offsets], offsets[:2]):
                body = item(struct.pack(f"<{len(basic)}L", *basic)) + one * 3
                yield bytes([kind, 3, 0]) + body + end
                yield bytes([kind, 3, 0]) + body
            table = struct.pack("<3Q", *offsets)
            yield bytes([kind, 3, 3]) + table + item(b"") + one * 3 + end


def shown(dataset: Dataset) -> Iterator[bytes]:
    """Inputs of `voi_lut`: what an object says of how it is shown, in every encoding."""
    photometric = dataset.PhotometricInterpretation
    bits = tuple(dataset.get(name) for name in ("BitsAllocated", "BitsStored", "HighBit"))
    if photometric not in COLORS or bits not in BITS:
        return
    kept = Dataset()
    for element in dataset:
        is_shape = element.tag.group == 0x28 and element.tag.element in SHAPE
        if element.tag.group in {0x18, 0x28, 0x2050, 0x5200} | set(range(0x6000, 0x6020)) and not is_shape:
            kept[element.tag] = element
    for number, syntax in enumerate(SHOWN):
        flags = BITS.index(bits) << 1 | int(dataset.PixelRepresentation)
        yield bytes([number, COLORS.index(photometric), flags]) + written(kept, syntax)


def item_of(kind: int, content: bytes) -> bytes:
    """An item of an association request."""
    return bytes([kind, 0]) + struct.pack(">H", len(content)) + content


def request(abstract: str, syntaxes: list[str], contexts: int = 1, more: bytes = b"") -> bytes:
    """An A-ASSOCIATE-RQ."""
    items = item_of(0x10, b"1.2.840.10008.3.1.1.1")
    for number in range(contexts):
        proposed = bytes([2 * number + 1, 0, 0, 0]) + item_of(0x30, abstract.encode())
        proposed += b"".join(item_of(0x40, syntax.encode()) for syntax in syntaxes)
        items += item_of(0x20, proposed)
    items += item_of(0x50, item_of(0x51, struct.pack(">L", 16384)) + item_of(0x52, b"1.2.3") + more)
    body = struct.pack(">HH", 1, 0) + b"NOCTIS".ljust(16) + b"SEEDS".ljust(16) + bytes(32) + items
    return b"\x01\0" + struct.pack(">L", len(body)) + body


def command(**elements: int | str) -> bytes:
    """A command set."""
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    content = written(dataset, IMPLICIT)
    return struct.pack("<HHLL", 0, 0, 4, len(content)) + content


def p_data(content: bytes, is_command: bool, piece: int, context: int = 1) -> bytes:
    """A message as PDUs."""
    pdus = b""
    for at in range(0, len(content), piece):
        part = content[at : at + piece]
        control = int(is_command) | (2 if at + piece >= len(content) else 0)
        value = struct.pack(">LBB", len(part) + 2, context, control) + part
        pdus += b"\x04\0" + struct.pack(">L", len(value)) + value
    return pdus


CT = "1.2.840.10008.5.1.4.1.1.2"
STORE = command(
    AffectedSOPClassUID=CT,
    CommandField=1,
    MessageID=7,
    Priority=0,
    CommandDataSetType=1,
    AffectedSOPInstanceUID="1.2.3",
)
ECHO = command(
    AffectedSOPClassUID="1.2.840.10008.1.1", CommandField=0x30, MessageID=1, CommandDataSetType=0x101
)
ACTION = command(
    RequestedSOPClassUID="1.2.840.10008.1.20.1",
    CommandField=0x130,
    MessageID=3,
    CommandDataSetType=1,
    RequestedSOPInstanceUID="1.2.840.10008.1.20.1.1",
    ActionTypeID=1,
)
CANCEL = command(CommandField=0xFFF, MessageIDBeingRespondedTo=7, CommandDataSetType=0x101)
RELEASE, ABORT = b"\x05\0\0\0\0\x04\0\0\0\0", b"\x07\0\0\0\0\x04\0\0\0\0"


def sample() -> Dataset:
    """A dataset with everything that an index keeps, and sequences."""
    dataset = Dataset()
    dataset.SpecificCharacterSet, dataset.SOPClassUID, dataset.SOPInstanceUID = "ISO_IR 100", CT, "1.2.3"
    dataset.StudyDate, dataset.StudyTime, dataset.AccessionNumber, dataset.Modality = (
        "20261124",
        "1200",
        "A",
        "CT",
    )
    dataset.PatientName, dataset.PatientID = "Synthetic", "1"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2", "1.2.1"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.NumberOfFrames = 1, 12, 1
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [1, 2, 3], [1, 0, 0, 0, 1, 0]
    dataset.Rows, dataset.Columns = 2, 3
    inner = Dataset()
    inner.ReferencedSOPClassUID, inner.ReferencedSOPInstanceUID = CT, "1.2.4"
    dataset.ReferencedStudySequence = [inner, inner]
    dataset.add_new(0x7FE00010, "OW", bytes(12))
    return dataset


def walks() -> Iterator[bytes]:
    """Inputs of `dataset_walk`."""
    dataset, undefined, request = sample(), sample(), Dataset()
    undefined["ReferencedStudySequence"].is_undefined_length = True
    for item in undefined.ReferencedStudySequence:
        item.is_undefined_length_sequence_item = True
    inner = Dataset()
    inner.ReferencedSOPClassUID, inner.ReferencedSOPInstanceUID = CT, "1.2.4"
    request.TransactionUID, request.ReferencedSOPSequence = "1.2.9", [inner] * 3
    for one in (dataset, undefined, request):
        for number, syntax in enumerate((IMPLICIT, EXPLICIT, BIG_ENDIAN)):
            yield bytes([number, 7]) + written(one, syntax)
        packer = zlib.compressobj(wbits=-15)
        yield bytes([3, 5]) + packer.compress(written(one, EXPLICIT)) + packer.flush()
    dataset.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\x04\0\0\0abcd"
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    yield bytes([1, 3]) + written(dataset, EXPLICIT)


def streams() -> Iterator[bytes]:
    """Inputs of `pdu_stream`."""
    content = written(sample(), EXPLICIT)
    roles = item_of(0x54, struct.pack(">H", len(CT)) + CT.encode() + b"\x01\x00")
    window = item_of(0x53, struct.pack(">HH", 4, 4))
    common = item_of(0x57, b"\0\x05" + b"1.9.9" + struct.pack(">H", 17) + b"1.2.840.10008.4.2" + b"\0\0")
    extended = item_of(0x56, struct.pack(">H", len(CT)) + CT.encode() + bytes(6))
    store = request(CT, [EXPLICIT, IMPLICIT])
    echo = request("1.2.840.10008.1.1", [IMPLICIT])
    messages = p_data(STORE, True, 16378) + p_data(content, False, 200)
    yield store + messages + RELEASE
    yield store + messages + messages + ABORT
    yield echo + p_data(ECHO, True, 30) + RELEASE
    yield request(CT, [EXPLICIT], 128) + p_data(CANCEL, True, 4000)
    yield request("1.9.9", [EXPLICIT], 2, roles + window + common + extended) + RELEASE
    yield request("1.2.840.10008.1.20.1", [EXPLICIT]) + p_data(ACTION, True, 64)
    yield request(CT, ["1.9"]) + ABORT
    yield request(CT, [EXPLICIT]).replace(b"NOCTIS", b"\0\0\0\0\0\0")
    yield ABORT
    yield b"GET / HTTP/1.1\r\n\r\n"


def messages() -> Iterator[bytes]:
    """Inputs of `pdv_reassembly`."""
    content = written(sample(), EXPLICIT)
    for kind, piece in ((0, 58), (1, 100), (2, 4000), (3, 9000)):
        yield (
            bytes([kind])
            + p_data(STORE, True, piece)
            + p_data(content, False, piece)
            + p_data(ECHO, True, piece)
        )
    # command and data in one PDU
    parts = [
        struct.pack(">LBB", len(part) + 2, 1, control) + part for part, control in ((STORE, 3), (content, 2))
    ]
    yield b"\x02\x04\0" + struct.pack(">L", sum(map(len, parts))) + b"".join(parts)
    yield b"\x01" + p_data(STORE, True, 20) + p_data(content, False, 300, context=3)
    yield b"\x01" + p_data(ECHO, True, 300) + RELEASE


def annotations() -> Iterator[bytes]:
    """Inputs of `annotations`: the example of the schema, and one of each tool."""
    points = {"probe": 1, "length": 2, "bidirectional": 4, "angle": 3, "cobb": 4, "rectangle": 2}
    points |= {"ellipse": 2, "circle": 2, "freehand": 5, "arrow": 2, "text": 1}
    for tool, count in points.items():
        one = {
            "uid": "2.25.1",
            "tool": tool,
            "label": 'a "word"',
            "created": "2026-11-24T12:00:00Z",
            "revision": 1,
            "anchor": {
                "studyInstanceUid": "1.2",
                "seriesInstanceUid": "1.2.1",
                "sopClassUid": CT,
                "sopInstanceUid": "1.2.3",
                "frame": 0,
            },
            "points": [[number * 1.5, 2e3] for number in range(count)],
            "patientPoints": [[number, 0.0, -1.0] for number in range(count)],
            "measurements": [{"name": "length", "value": 1.25, "unit": "mm", "source": "PixelSpacing"}],
        }
        yield json.dumps({"schema": "noctis.annotations/1", "annotations": [one] * (1 + count % 2)}).encode()


def reports() -> Iterator[bytes]:
    """Inputs of `structured_report`: the groups of one that cornerstone's adapters wrote, one by one."""
    path = REPOSITORY / "tests" / "core_py" / "inputs" / "cornerstone-report.dcm"
    report = pydicom.dcmread(path)
    measurements = report.ContentSequence[-1]
    for name in set(report.dir()) - REPORTED:
        delattr(report, name)
    for number, group in enumerate(measurements.ContentSequence):
        one = copy.deepcopy(measurements)
        one.ContentSequence = [group]
        report.ContentSequence = [one]
        report.file_meta.TransferSyntaxUID = (EXPLICIT, IMPLICIT)[number % 2]
        content = io.BytesIO()
        report.save_as(content, enforce_file_format=True)
        yield content.getvalue()


def keep(folder: Path, name: str, content: bytes | None) -> None:
    """Writes an input, unless it is too long to be worth its place."""
    if content is not None and len(content) <= LONGEST:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def main() -> None:
    """All seeds of all targets."""
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    for path in sorted(make_all(SYNTHETIC).glob("*.dcm")):
        dataset = pydicom.dcmread(path, force=True)
        keep(folder / "open_object", path.stem, path.read_bytes())
        keep(folder / "decode_frame", path.stem, frame(dataset))
        keep(folder / "encapsulation", path.stem, fragments(dataset))
        for number, content in enumerate(shown(dataset)):
            keep(folder / "voi_lut", f"{path.stem}-{number}", content)
    made = {
        "encapsulation": small_fragments(),
        "annotations": annotations(),
        "structured_report": reports(),
        "dataset_walk": walks(),
        "pdu_stream": streams(),
        "pdv_reassembly": messages(),
        "command_set": iter((STORE, ECHO, ACTION, CANCEL)),
    }
    for target, contents in made.items():
        for number, content in enumerate(contents):
            keep(folder / target, f"made-{number}", content)


if __name__ == "__main__":
    main()
