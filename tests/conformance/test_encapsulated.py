"""Frames in fragments that no image codec is needed for: uncompressed ones, and deflated ones."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from pydicom.encaps import encapsulate

from conftest import Probe
from objects import make, noise


def deflated(frame: bytes) -> bytes:
    """RFC 1951 without the header of zlib."""
    encoder = zlib.compressobj(wbits=-15)
    data = encoder.compress(frame) + encoder.flush()
    return data + bytes(len(data) % 2)


CODINGS = {
    "1.2.840.10008.1.2.1.98": lambda frame: frame + bytes(len(frame) % 2),
    "1.2.840.10008.1.2.8.1": deflated,
}


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("uid", CODINGS)
def test_stored_values(uid: str, fragments: int, probe: Probe, tmp_path: Path) -> None:
    for shape, bits, signed in [((3, 31, 17), 8, False), ((3, 31, 17), 12, True), ((3, 9, 7, 3), 8, False)]:
        array = noise(shape, bits, signed=signed)
        dataset = make(array, bits=bits, NumberOfFrames=3)
        frames = [CODINGS[uid](frame.tobytes()) for frame in array]
        dataset.PixelData = encapsulate(frames, fragments_per_frame=fragments)
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.98"
        path, raw = tmp_path / "a.dcm", tmp_path / "a.raw"
        dataset.save_as(path, enforce_file_format=True)
        # pydicom does not know the deflated one
        stated = uid.encode().ljust(22, b"\0")
        path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1.98", stated))
        report = probe(path, "--raw", raw).report
        assert report["ok"], report
        assert np.array_equal(np.frombuffer(raw.read_bytes(), array.dtype).reshape(shape), array)
