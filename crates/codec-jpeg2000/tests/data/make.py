"""Makes the codestreams beside this file with encoders that are none of ours, and the samples that they must give.

Needs NumPy, imagecodecs (OpenJPEG, OpenJPH) and opj_compress of OpenJPEG. Lossless streams must give their source;
what lossy ones must give is what OpenJPEG and OpenJPH decode.
"""

import pathlib
import subprocess
import tempfile

import imagecodecs
import numpy as np

HERE = pathlib.Path(__file__).parent
ROWS, COLUMNS = 37, 41
rng = np.random.default_rng(20)


def picture(bits: int, noise: float, components: int = 1) -> np.ndarray:
    """A disc on a slope, and noise: `[rows, columns, components]`, in the range of `bits`."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    disc = ((x - 20) ** 2 + (y - 18) ** 2 < 150) * 0.4
    planes = [
        disc + (x + k * y) / (COLUMNS + k * ROWS) * 0.5 for k in range(components)
    ]
    value = np.stack(planes, -1) * 2**bits + rng.normal(
        0, noise, (ROWS, COLUMNS, components)
    )
    return np.clip(value, 0, 2**bits - 1).astype(np.int64)


SOURCES = {
    "grey8": picture(8, 3).astype(np.uint8),
    "grey16": picture(16, 900).astype("<u2"),
    "noise16": rng.integers(0, 65536, (ROWS, COLUMNS, 1)).astype("<u2"),
    "signed12": (picture(12, 9) - 2048).astype("<i2"),
    "bits20": picture(20, 40).astype("<i4"),
    "bits1": (picture(8, 30) > 100).astype(np.uint8),
    "rgb8": picture(8, 4, 3).astype(np.uint8),
    "rgb12": picture(12, 4, 3).astype("<u2"),
    "four8": picture(8, 4, 4).astype(np.uint8),
}
DEPTHS = {"grey8": "8,u", "grey16": "16,u", "noise16": "16,u", "signed12": "12,s", "bits1": "1,u", "rgb8": "8,u",
          "rgb12": "12,u", "four8": "8,u"}  # fmt: skip

# of each stream: source, options of opj_compress
OPENJPEG = {
    "plain8": ("grey8", ""),
    "plain16": ("grey16", ""),
    "plain_noise16": ("noise16", ""),
    "plain_signed12": ("signed12", ""),
    "rct": ("rgb8", "-mct 1"),
    "rct12": ("rgb12", "-mct 1"),
    "no_transform": ("rgb8", "-mct 0"),
    "four": ("four8", "-mct 0"),
    "one_level": ("grey16", "-n 1"),
    "layers_lrcp": ("grey16", "-r 20,8,1 -n 4 -p LRCP -b 16,16"),
    "layers_rlcp": ("grey16", "-r 20,8,1 -n 3 -p RLCP -b 16,16"),
    "precincts_rpcl": ("grey16", "-c [16,16],[8,8] -p RPCL -SOP -EPH -b 8,8 -n 3"),
    "precincts_pcrl": ("rgb8", "-c [16,8] -p PCRL -b 4,4 -mct 1 -n 3"),
    "precincts_cprl": ("rgb8", "-c [8,16] -p CPRL -b 8,8 -mct 1 -n 3 -r 6,1"),
    "bypass": ("noise16", "-M 1"),
    "reset": ("grey16", "-M 2"),
    "terminate": ("grey16", "-M 4"),
    "bypass_terminate": ("noise16", "-M 5"),
    "causal": ("grey16", "-M 8"),
    "all_styles": ("noise16", "-M 63 -r 3,1"),
    "tiles": ("grey16", "-t 16,13 -TP R -PLT -n 3"),
    "tiles_rct": ("rgb8", "-t 20,20 -mct 1 -n 3"),
    "offset": ("grey16", "-d 5,3 -T 2,1 -t 17,15 -n 4"),
    "changes": ("grey16", "-n 4 -r 9,1 -POC T1=0,0,2,2,1,RLCP/T1=2,0,2,4,1,LRCP"),
    "region": ("grey8", "-ROI c=0,U=6"),
    "lossy": ("grey16", "-I -r 6"),
    "lossy_signed": ("signed12", "-I -r 5"),
    "lossy_layers": ("rgb8", "-I -r 20,5 -mct 1"),
    "lossy_tiles": ("rgb8", "-I -r 6 -mct 1 -t 21,19 -n 4"),
    "lossy_reversible": ("grey16", "-r 5"),
}
# of each stream: source, bits of a sample; for depths that opj_compress does not take
DEEP = {"plain_bits1": ("bits1", 1), "plain_bits20": ("bits20", 20)}
# of each stream: source, options of imagecodecs.htj2k_encode
OPENJPH = {
    "ht_plain8": ("grey8", {}),
    "ht_plain16": ("grey16", {}),
    "ht_noise16": ("noise16", {}),
    "ht_signed": ("signed12", {}),
    "ht_rct": ("rgb8", {"rgb": True}),
    "ht_tiles": ("grey16", {"tile": (16, 16)}),
    "ht_lossy": ("grey16", {"reversible": False, "level": 0.002}),
    "ht_lossy_rgb": ("rgb12", {"reversible": False, "level": 0.002, "rgb": True}),
}


def openjpeg(source: str, options: str) -> bytes:
    """The codestream that opj_compress makes."""
    values = SOURCES[source]
    depth, sign = DEPTHS[source].split(",")
    with tempfile.TemporaryDirectory() as folder:
        raw, out = pathlib.Path(folder, "in.rawl"), pathlib.Path(folder, "out.j2k")
        raw.write_bytes(np.moveaxis(values, 2, 0).tobytes())
        form = f"{COLUMNS},{ROWS},{values.shape[2]},{depth},{sign}"
        command = ["opj_compress", "-i", raw, "-o", out, "-F", form, *options.split()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return out.read_bytes()


def openjph(source: str, options: dict) -> bytes:
    """The codestream that OpenJPH makes."""
    return imagecodecs.htj2k_encode(
        SOURCES[source].squeeze(), **({"reversible": True} | options)
    )


def main() -> None:
    for name, values in SOURCES.items():
        (HERE / f"{name}.raw").write_bytes(values.tobytes())
    for name, (source, options) in OPENJPEG.items():
        stream = openjpeg(source, options)
        (HERE / f"{name}.j2k").write_bytes(stream)
        check(name, source, imagecodecs.jpeg2k_decode(stream))
    for name, (source, bits) in DEEP.items():
        values = SOURCES[source].squeeze().astype(np.uint8 if bits == 1 else np.uint32)
        stream = imagecodecs.jpeg2k_encode(
            values, codecformat="j2k", level=0, bitspersample=bits, resolutions=3
        )
        (HERE / f"{name}.j2k").write_bytes(stream)
        check(name, source, imagecodecs.jpeg2k_decode(stream))
    for name, (source, options) in OPENJPH.items():
        stream = openjph(source, options)
        (HERE / f"{name}.j2k").write_bytes(stream)
        check(name, source, imagecodecs.htj2k_decode(stream))


def check(name: str, source: str, decoded: np.ndarray) -> None:
    values = SOURCES[source]
    if "lossy" in name or name == "region":
        (HERE / f"{name}.raw").write_bytes(decoded.astype(values.dtype).tobytes())
    elif not np.array_equal(decoded.squeeze(), values.squeeze()):
        print(f"{name}: the reference decoder does not give the source")


if __name__ == "__main__":
    main()
