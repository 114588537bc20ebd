"""Each compressed transfer syntax, by the encoders of others, and encapsulation as it is found."""

from __future__ import annotations

import io
import itertools
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, RLELossless

from objects import make, noise, refragment, save
from synthetic.case import Case
from synthetic.color import photo

JPEG = "1.2.840.10008.1.2.4."


def encapsulated(dataset: Dataset, syntax: str, frames: list[bytes]) -> Dataset:
    """Puts these streams in place of the pixels."""
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset


def dcmtk(program: str, dataset: Dataset, *options: str) -> Dataset:
    """Compressed by a program of DCMTK."""
    with tempfile.TemporaryDirectory() as name:
        plain, packed = Path(name, "plain.dcm"), Path(name, "packed.dcm")
        save(dataset, plain)
        command = [program, "--uid-never", *options, str(plain), str(packed)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return pydicom.dcmread(packed)


def rle() -> Iterator[Case]:
    """RLE by pydicom: segments by byte, runs and literals."""
    for name, array, bits in (
        ("8-bit", noise((19, 23), 8), 8),
        ("12-bit", noise((19, 23), 12), 12),
        ("16-bit-signed", noise((19, 23), 16, signed=True), 16),
        ("color", noise((19, 23, 3), 8), 8),
        ("16-bit-color", noise((19, 23, 3), 16), 16),
    ):
        array = np.where(array > array.max() // 2, array, array.dtype.type(7))
        dataset = make(array, bits=bits)
        dataset.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
        yield Case(f"rle-{name}", dataset, array, encoding=None)
    frames = noise((3, 19, 23), 16)
    dataset = make(frames, NumberOfFrames=3)
    dataset.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    yield Case("rle-frames", dataset, frames, encoding=None, frames=(0, 2))


def jpeg_lossless() -> Iterator[Case]:
    """All predictors by DCMTK, all precisions by libjpeg-turbo, signed, and colour."""
    for predictor, bits in itertools.product(range(1, 8), (8, 12, 16)):
        array = noise((37, 53), bits, signed=predictor == 4)
        dataset = make(array, bits=bits)
        options = ("--encode-lossless", "--selection-value", str(predictor))
        name = f"jpeg-lossless-predictor-{predictor}-{bits}-bit{'-signed' if predictor == 4 else ''}"
        yield Case(name, dcmtk("dcmcjpeg", dataset, *options), array, encoding=None)
    for bits in range(2, 17):
        array = noise((21, 30), bits)
        stream = imagecodecs.jpeg8_encode(array, lossless=True, predictor=1, bitspersample=bits)
        dataset = encapsulated(make(array, bits=bits), JPEG + "70", [stream])
        yield Case(f"jpeg-lossless-sv1-{bits}-bit", dataset, array, encoding=None)
    array = noise((21, 34, 3), 8)
    yield Case(
        "jpeg-lossless-color", dcmtk("dcmcjpeg", make(array), "--encode-lossless-sv1"), array, encoding=None
    )
    deep = noise((21, 34, 3), 16)
    stream = imagecodecs.jpeg8_encode(
        deep, lossless=True, predictor=6, bitspersample=16, colorspace="rgb", outcolorspace="rgb"
    )
    dataset = encapsulated(make(deep), JPEG + "57", [stream])
    yield Case("jpeg-lossless-16-bit-color", dataset, deep, encoding=None)


def jpeg_lossy() -> Iterator[Case]:
    """Baseline and extended, grey and colour, each subsampling, sizes that fill no block."""
    for sampling, size in itertools.product(("444", "422", "420"), ((33, 47), (17, 6), (1, 17))):
        option = {"444": "--nonstd-444", "422": "--sample-422", "420": "--nonstd-411"}[sampling]
        dataset = dcmtk("dcmcjpeg", make(photo(*size)), "--encode-baseline", option, "--quality", "90")
        yield Case(f"jpeg-baseline-{sampling}-{size[0]}x{size[1]}", dataset, encoding=None)
    dataset = dcmtk("dcmcjpeg", make(photo()[..., 0].copy()), "--encode-baseline", "--quality", "80")
    yield Case("jpeg-baseline-grey", dataset, encoding=None)
    rgb = dcmtk("dcmcjpeg", make(photo()), "--encode-baseline", "--color-rgb", "--quality", "95")
    yield Case("jpeg-baseline-rgb", rgb, encoding=None)
    y, x = np.mgrid[0:45, 0:61]
    smooth = np.round(2047 + 1900 * np.sin(x / 9) * np.cos(y / 7)).astype("u2")
    window = {"WindowCenter": "2048", "WindowWidth": "4096"}
    for quality in ("90", "100"):
        dataset = make(smooth, bits=12, **window)
        dataset = dcmtk("dcmcjpeg", dataset, "--encode-extended", "--bits-force-12", "--quality", quality)
        yield Case(f"jpeg-extended-12-bit-{quality}", dataset, encoding=None)
    frames = np.stack([photo(), photo()[:, ::-1], photo()[::-1]])
    dataset = dcmtk("dcmcjpeg", make(frames, NumberOfFrames=3), "--encode-baseline", "--quality", "90")
    yield Case("jpeg-baseline-frames", dataset, encoding=None, frames=(0, 2))


def jpeg_ls() -> Iterator[Case]:
    """Lossless and near-lossless, interleaved or not."""
    for bits in (2, 8, 10, 12, 16):
        array = noise((31, 45), bits)
        if bits in (8, 12, 16):
            dataset = dcmtk("dcmcjpls", make(array, bits=bits), "--encode-lossless")
        else:
            # the precision follows from the largest value
            array[0, 0] = 2**bits - 1
            dataset = pydicom_jpeg_ls(make(array, bits=bits))
        yield Case(f"jpeg-ls-{bits}-bit", dataset, array, encoding=None)
    signed = noise((31, 45), 12, signed=True)
    yield Case("jpeg-ls-signed", pydicom_jpeg_ls(make(signed, bits=12)), signed, encoding=None)
    for interleave in ("line", "sample", "none"):
        options = ("--encode-lossless", f"--interleave-{interleave}")
        dataset = dcmtk("dcmcjpls", make(photo()), *options)
        yield Case(f"jpeg-ls-color-{interleave}", dataset, photo(), encoding=None)
    for near in (1, 3):
        array = noise((31, 45), 12)
        dataset = dcmtk(
            "dcmcjpls", make(array, bits=12), "--encode-nearlossless", "--max-deviation", str(near)
        )
        # what an encoder of error `near` gives is defined to the bit: the decoders agree
        yield Case(f"jpeg-ls-near-{near}", dataset, encoding=None)
    frames = noise((3, 20, 20), 12)
    yield Case(
        "jpeg-ls-frames",
        dcmtk("dcmcjpls", make(frames, bits=12, NumberOfFrames=3)),
        frames,
        encoding=None,
        frames=(0, 2),
    )


def pydicom_jpeg_ls(dataset: Dataset) -> Dataset:
    """Compressed by pyjpegls."""
    dataset.compress(UID(JPEG + "80"), encoding_plugin="pyjpegls", generate_instance_uid=False)
    return dataset


def jpeg_2000() -> Iterator[Case]:
    """JPEG 2000 and HTJ2K, lossless and lossy, grey and colour, signed, odd sizes, tiles."""
    for bits, signed in ((8, False), (12, False), (16, False), (12, True), (16, True)):
        array = noise((37, 53), bits, signed=signed)
        dataset = make(array, bits=bits)
        dataset.compress(UID(JPEG + "90"), encoding_plugin="pylibjpeg", generate_instance_uid=False)
        yield Case(f"jpeg-2000-{bits}-bit{'-signed' if signed else ''}", dataset, array, encoding=None)
    array = photo(45, 67)
    for photometric, transform in (("YBR_RCT", True), ("RGB", False)):
        stream = imagecodecs.jpeg2k_encode(array, codecformat="j2k", reversible=True, mct=transform)
        dataset = encapsulated(make(array, PhotometricInterpretation=photometric), JPEG + "90", [stream])
        yield Case(f"jpeg-2000-{photometric.lower().replace('_', '-')}", dataset, array, encoding=None)
    stream = imagecodecs.jpeg2k_encode(array, 40, codecformat="j2k", reversible=False)
    dataset = encapsulated(make(array, PhotometricInterpretation="YBR_ICT"), JPEG + "91", [stream])
    yield Case("jpeg-2000-ybr-ict", dataset, encoding=None)
    grey = noise((60, 50), 12)
    stream = imagecodecs.jpeg2k_encode(grey, 50, codecformat="j2k", reversible=False, bitspersample=12)
    yield Case("jpeg-2000-lossy", encapsulated(make(grey, bits=12), JPEG + "91", [stream]), encoding=None)
    buffer = io.BytesIO()
    tiled = {"no_jp2": True, "irreversible": False, "tile_size": (32, 32), "num_resolutions": 3}
    Image.fromarray(array).save(buffer, format="JPEG2000", **tiled)
    dataset = encapsulated(make(array), JPEG + "90", [buffer.getvalue()])
    yield Case("jpeg-2000-tiles", dataset, array, encoding=None)
    stream = imagecodecs.jpeg2k_encode(grey, codecformat="jp2", reversible=True, bitspersample=12)
    yield Case(
        "jpeg-2000-in-jp2", encapsulated(make(grey, bits=12), JPEG + "90", [stream]), grey, encoding=None
    )
    frames = [noise((20, 20), 12, seed=k) for k in range(3)]
    streams = [
        imagecodecs.jpeg2k_encode(one, codecformat="j2k", reversible=True, bitspersample=12) for one in frames
    ]
    dataset = encapsulated(make(np.stack(frames), bits=12, NumberOfFrames=3), JPEG + "90", streams)
    yield Case("jpeg-2000-frames", dataset, np.stack(frames), encoding=None, frames=(0, 2))


def htj2k() -> Iterator[Case]:
    """High-throughput JPEG 2000 by OpenJPH."""
    for bits, signed in ((8, False), (16, False), (16, True)):
        array = noise((37, 53), bits, signed=signed)
        stream = imagecodecs.htj2k_encode(array, reversible=True)
        dataset = encapsulated(make(array, bits=bits), JPEG + "201", [stream])
        yield Case(f"htj2k-{bits}-bit{'-signed' if signed else ''}", dataset, array, encoding=None)
    array = photo(45, 67)
    stream = imagecodecs.htj2k_encode(array, reversible=True, rgb=True)
    dataset = encapsulated(make(array, PhotometricInterpretation="YBR_RCT"), JPEG + "201", [stream])
    yield Case("htj2k-color", dataset, array, encoding=None)
    smooth = photo(64, 96)[..., 1].copy()
    stream = imagecodecs.htj2k_encode(smooth, reversible=True, tlm=True)
    yield Case("htj2k-rpcl", encapsulated(make(smooth), JPEG + "202", [stream]), smooth, encoding=None)
    stream = imagecodecs.htj2k_encode(smooth, 0.01, reversible=False)
    yield Case("htj2k-lossy", encapsulated(make(smooth), JPEG + "203", [stream]), encoding=None)
    stream = imagecodecs.htj2k_encode(array, 0.01, reversible=False, rgb=True)
    dataset = encapsulated(make(array, PhotometricInterpretation="YBR_ICT"), JPEG + "203", [stream])
    yield Case("htj2k-lossy-color", dataset, encoding=None)


def jpeg_xl() -> Iterator[Case]:
    """JPEG XL by libjxl: lossless, from a JPEG, lossy."""
    for bits in (8, 12, 16):
        array = noise((37, 53), bits)
        stream = imagecodecs.jpegxl_encode(array, lossless=True, bitspersample=bits)
        yield Case(
            f"jpeg-xl-{bits}-bit",
            encapsulated(make(array, bits=bits), JPEG + "110", [stream]),
            array,
            encoding=None,
        )
    array = photo(45, 67)
    stream = imagecodecs.jpegxl_encode(array, lossless=True)
    yield Case("jpeg-xl-color", encapsulated(make(array), JPEG + "110", [stream]), array, encoding=None)
    jpeg = imagecodecs.jpeg8_encode(array, 90, subsampling="444")
    stream = imagecodecs.jpegxl_encode_jpeg(jpeg)
    dataset = encapsulated(make(array), JPEG + "111", [stream])
    yield Case("jpeg-xl-from-jpeg", dataset, imagecodecs.jpegxl_decode(stream), 1, encoding=None)
    stream = imagecodecs.jpegxl_encode(array, distance=1.0, lossless=False)
    dataset = encapsulated(make(array), JPEG + "112", [stream])
    yield Case("jpeg-xl-lossy", dataset, imagecodecs.jpegxl_decode(stream), 1, encoding=None)


def frames_of_bytes() -> Iterator[Case]:
    """Frames in fragments as they are, or deflated (PS3.5 A.4.11, A.4.12)."""
    frames = noise((2, 16, 19), 12)
    for name, syntax in (("uncompressed", "1.2.840.10008.1.2.1.98"), ("deflated", "1.2.840.10008.1.2.8.1")):
        contents = []
        for frame in frames:
            content = frame.astype("<u2").tobytes()
            if name == "deflated":
                packer = zlib.compressobj(wbits=-15)
                content = packer.compress(content) + packer.flush()
            contents.append(content)
        dataset = make(frames, bits=12, NumberOfFrames=2)
        yield Case(
            f"frames-{name}", encapsulated(dataset, syntax, contents), frames, encoding=None, frames=(0, 1)
        )
    array = photo(12, 16)
    yield Case(
        "frames-uncompressed-color",
        encapsulated(make(array), "1.2.840.10008.1.2.1.98", [array.tobytes()]),
        array,
        encoding=None,
    )


def fragments() -> Iterator[Case]:
    """Offset tables of each kind, and frames over several fragments."""
    array = noise((4, 16, 18), 12)
    packed = dcmtk("dcmcjpeg", make(array, bits=12, NumberOfFrames=4), "--encode-lossless-sv1")
    streams = list(generate_frames(packed.PixelData, number_of_frames=4))
    for table, count in itertools.product(("basic", "extended", "none"), (1, 3)):
        if table == "extended" and count == 3:
            continue  # an extended offset table wants one fragment a frame (C.7.6.3.1.8)
        dataset = make(array, bits=12, NumberOfFrames=4)
        dataset.file_meta.TransferSyntaxUID = packed.file_meta.TransferSyntaxUID
        refragment(dataset, streams, table, count)
        dataset["PixelData"].VR = "OB"
        yield Case(f"fragments-{table}-table-{count}", dataset, array, encoding=None, frames=(0, 3))


def disagreements() -> Iterator[Case]:
    """What the codestream says and what the data set says are two things."""
    array = noise((20, 24), 12)
    stream = imagecodecs.jpeg2k_encode(array, codecformat="j2k", reversible=True, bitspersample=12)

    def made(**elements: Any) -> Dataset:
        dataset = encapsulated(make(array, bits=12), JPEG + "90", [stream])
        for name, value in elements.items():
            setattr(dataset, name, value)
        return dataset

    yield Case("disagree-bits-stored-16", made(BitsStored=16, HighBit=15), array, encoding=None)


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (
        rle,
        jpeg_lossless,
        jpeg_lossy,
        jpeg_ls,
        jpeg_2000,
        htj2k,
        jpeg_xl,
        frames_of_bytes,
        fragments,
        disagreements,
    ):
        yield from part()
