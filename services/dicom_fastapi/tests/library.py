"""pydicom's own files in a gateway: stored where the receiver puts them, and announced as it does."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
import numpy as np
import pydicom
from pydicom.data import get_charset_files, get_testdata_file
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixels.utils import pack_bits
from pydicom.uid import UID, ExplicitVRLittleEndian

from tests.gateway import Event, Gateway, event, statuses

PACKED = "packed"
"""An object that is made here: five frames of 5 x 3 pixels of one bit."""

FILES = (
    *("CT_small.dcm", "MR_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "JPEG-lossy.dcm", "SC_rgb_rle_2frame.dcm"),
    *("rtdose.dcm", "rtplan.dcm", "waveform_ecg.dcm", "examples_ybr_color.dcm", "SC_rgb_small_odd.dcm", "chrH31.dcm"),
    *("ExplVR_BigEnd.dcm", "image_dfl.dcm", "rtdose_rle.dcm", "MR_small_jpeg_ls_lossless.dcm", "nested_priv_SQ.dcm"),
    *("SC_ybr_full_422_uncompressed.dcm", "test-SR.dcm", "UN_sequence.dcm", PACKED),
)
"""Native, compressed and packed pixels, of one and many frames; no pixels; foreign letters; big endian; deflated."""

MR = b"1.3.6.1.4.1.5962.1.2.4.20040826185059.5457", b"1.3.6.1.4.1.5962.1.1.4.1.1.20040826185059.5457"
RENAMED = {
    "MR_small_RLE.dcm": {MR[1]: MR[1][:-1] + b"8"},
    "MR_small_jpeg_ls_lossless.dcm": {uid: uid[:-1] + b"9" for uid in MR},
    "rtdose_rle.dcm": {b".20030818153516": b".20030818153517", b"9.9999.8888": b"9.9999.8887"},
}
"""Files that are others compressed get identifiers of their own."""

INDEXED = {
    "modality": ("Modality", str),
    "instance_number": ("InstanceNumber", int),
    "series_number": ("SeriesNumber", int),
    "rows": ("Rows", int),
    "columns": ("Columns", int),
    "number_of_frames": ("NumberOfFrames", int),
    "study_date": ("StudyDate", str),
    "study_time": ("StudyTime", str),
    "accession_number": ("AccessionNumber", str),
    "study_description": ("StudyDescription", str),
    "study_id": ("StudyID", str),
    "referring_physician_name": ("ReferringPhysicianName", str),
    "series_description": ("SeriesDescription", str),
    "patient_id": ("PatientID", str),
    "patient_name": ("PatientName", str),
}


@dataclass(frozen=True)
class Stored:
    """One object of the library."""

    name: str
    data: bytes
    event: Event

    @cached_property
    def dataset(self) -> FileDataset:
        """What pydicom reads of it."""
        return pydicom.dcmread(io.BytesIO(self.data))

    @property
    def study(self) -> str:
        """Study Instance UID."""
        return str(self.event["study_instance_uid"])

    @property
    def series(self) -> str:
        """Series Instance UID."""
        return str(self.event["series_instance_uid"])

    @property
    def sop(self) -> str:
        """SOP Instance UID."""
        return str(self.event["sop_instance_uid"])

    @property
    def address(self) -> str:
        """Of the object, by DICOMweb."""
        return f"/dicomweb/studies/{self.study}/series/{self.series}/instances/{self.sop}"


def read(name: str) -> Stored:
    """A file as the receiver would announce it; missing identifiers are made up."""
    found = get_charset_files(name) or [str(get_testdata_file(name) if name != PACKED else "")]
    data = packed() if name == PACKED else Path(found[0]).read_bytes()
    for old, new in RENAMED.get(name, {}).items():
        data = data.replace(old, new)
    dataset = pydicom.dcmread(io.BytesIO(data))
    index = {
        key: kind(dataset[keyword].value)
        for key, (keyword, kind) in INDEXED.items()
        if keyword in dataset and dataset[keyword].value not in (None, "")
    }
    made = f"1.2.3.{len(data)}"
    content = event(
        str(dataset.get("SOPInstanceUID") or f"{made}.3"),
        str(dataset.get("StudyInstanceUID") or f"{made}.1"),
        str(dataset.get("SeriesInstanceUID") or f"{made}.2"),
        data,
    )
    content["index"] = index
    content["sop_class_uid"] = str(dataset.get("SOPClassUID") or "1.2.840.10008.5.1.4.1.1.7")
    content["transfer_syntax_uid"] = str(dataset.file_meta.TransferSyntaxUID)
    return Stored(name, data, content)


def packed() -> bytes:
    """Frames that do not end with a byte."""
    bits = np.random.default_rng(1).integers(0, 2, (5, 5, 3), np.uint8)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7.1")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.5.3")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.Modality = "1.2.5.1", "1.2.5.2", "OT"
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = bits.shape
    dataset.BitsAllocated = dataset.BitsStored = dataset.SamplesPerPixel = 1
    dataset.HighBit = dataset.PixelRepresentation = 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = pack_bits(bits, pad=True)
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def fill(gateway: Gateway, client: httpx.Client) -> dict[str, Stored]:
    """Put all files into a gateway."""
    library = {name: read(name) for name in FILES}
    for stored in library.values():
        gateway.store(stored.event, stored.data)
    assert set(statuses(client, [stored.event for stored in library.values()])) == {"accepted"}
    return library
