"""Makes the pixels of the render cases: little-endian, row after row, without a header.

Run it with the tests' Python environment after a change; the files are committed, and small on purpose.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(20261124)


def head() -> np.ndarray:
    """A CT-like oval: padding outside the circle, air, noisy tissue, a bright ring of bone. 48 x 40."""
    rows, columns = np.mgrid[0:40, 0:48]
    radius = np.hypot((columns - 23.5) / 21, (rows - 19.5) / 18)
    image = np.where(radius < 1.0, 1064 + RANDOM.integers(-30, 31, radius.shape), 24)
    image = np.where((radius > 0.85) & (radius < 1.0), 2400, image)
    image[np.hypot(columns - 16, rows - 16) < 4] = 1015
    return np.where(np.hypot(columns - 23.5, rows - 19.5) > 25.5, -2000, image).astype(
        "<i2"
    )


def near_20000() -> np.ndarray:
    """A slow slope about 20,000 with a step of one and rare far spikes. 32 x 32."""
    image = 19_872 + np.add.outer(np.arange(32) * 4, np.arange(32) * 4)
    image[RANDOM.random(image.shape) < 0.03] = 65_535
    image[RANDOM.random(image.shape) < 0.03] = 0
    return image.astype("<u2")


def near_the_end() -> np.ndarray:
    """Steps of 32 just below 2^32, where f32 has steps of 256. 24 x 16."""
    return (4_294_955_008 + np.arange(24 * 16).reshape(16, 24) * 32).astype("<u4")


def full_range(dtype: str, rows: int, columns: int) -> np.ndarray:
    """Noise over everything that the type holds, both ends included."""
    limits = np.iinfo(np.dtype(dtype))
    image = RANDOM.integers(
        limits.min,
        limits.max,
        (rows, columns),
        dtype=np.dtype(dtype).newbyteorder("="),
        endpoint=True,
    )
    image.flat[0], image.flat[1] = limits.min, limits.max
    return image.astype(dtype)


def photo(dtype: str) -> np.ndarray:
    """Red to the right, green down, blue noise, alpha at its maximum. 30 x 22."""
    top = np.iinfo(np.dtype(dtype)).max
    rows, columns = np.mgrid[0:22, 0:30]
    noise = RANDOM.integers(0, top, rows.shape, endpoint=True)
    channels = [
        columns * (top // 29),
        rows * (top // 21),
        noise,
        np.full(rows.shape, top),
    ]
    return np.stack(channels, axis=-1).astype(dtype)


def mask(rows: int, columns: int) -> np.ndarray:
    """What lies over a frame: shuttered (1) outside of an ellipse, graphics (2) and a region (4) at random."""
    y, x = np.mgrid[0:rows, 0:columns]
    outside = np.hypot((x * 2 - columns) / columns, (y * 2 - rows) / rows) > 0.9
    graphics = np.random.default_rng(7).random((rows, columns)) < 0.1
    return (outside * 1 + graphics * 2 + (x + y > (rows + columns) / 2) * 4).astype(
        "u1"
    )


def body() -> np.ndarray:
    """A CT-like body for volumes: padding around an ellipsoid of noisy tissue with a bone, a lung and a bead. 18 x 24 x 28."""
    chance = np.random.default_rng(5)
    z, y, x = np.mgrid[0:18, 0:24, 0:28]
    radius = np.sqrt(
        ((x - 13.5) / 13) ** 2 + ((y - 11.5) / 11) ** 2 + ((z - 8.5) / 9) ** 2
    )
    values = 1064 + chance.integers(-40, 41, radius.shape)
    values[np.hypot(x - 14, y - 17) < 2.5] = 2300
    values[((x - 8) / 4) ** 2 + ((y - 9) / 5) ** 2 + ((z - 9) / 6) ** 2 < 1] = 120
    values[10, 8:10, 20:22] = 3000
    return np.where(radius > 1, -2000, values).astype("<i2")


def activity() -> np.ndarray:
    """A PET-like volume: a hot ball in a warm ball, noise, over 16 unsigned bits. 9 x 16 x 16."""
    chance = np.random.default_rng(6)
    z, y, x = np.mgrid[0:9, 0:16, 0:16]
    radius = np.sqrt((x - 7.5) ** 2 + (y - 7.5) ** 2 + (z * 1.7 - 6.8) ** 2)
    values = np.where(radius < 7, 9000, 400) + np.where(radius < 3, 40_000, 0)
    return (values + chance.integers(0, 3000, radius.shape)).astype("<u2")


def skull() -> np.ndarray:
    """A head in HU for pictures in three dimensions, edges a voxel wide, noise of 8 HU: skin and fat, a skull with orbits, brain, a
    bright vessel, air in a sinus, and a rod of bone before the face. 44 x 56 x 48, of 4 x 4 x 5 mm."""
    z, y, x = np.mgrid[0:44, 0:56, 0:48]
    left, back, up = (x - 23.5) * 4, (y - 27.5) * 4, (z - 21.5) * 5

    def ball(center: tuple, radii: tuple) -> np.ndarray:
        scaled = [
            (p - c) / r for p, c, r in zip((left, back, up), center, radii, strict=True)
        ]
        distance = (np.sqrt(sum(s * s for s in scaled)) - 1) * min(radii)
        return np.clip(0.5 - distance / 4, 0, 1)

    values = np.full(x.shape, -1000.0)

    def lay(hu: float, cover: np.ndarray) -> None:
        values[...] = values + (hu - values) * cover

    lay(
        40,
        np.maximum(ball((0, 0, 12), (78, 94, 84)), ball((0, -18, -48), (56, 70, 50))),
    )
    lay(-90, np.maximum(ball((0, -88, -24), (9, 14, 16)), 0))
    bone = np.maximum(ball((0, 2, 14), (70, 86, 76)), ball((0, -22, -44), (44, 54, 40)))
    orbits = np.maximum(
        ball((28, -74, -8), (17, 26, 15)), ball((-28, -74, -8), (17, 26, 15))
    )
    lay(1200, bone * (1 - orbits))
    lay(
        35,
        np.maximum(ball((0, 2, 14), (62, 78, 68)), ball((0, -14, -46), (34, 40, 34))),
    )
    lay(-900, ball((0, -60, -40), (16, 14, 12)))
    vessel = np.clip(
        0.5 - (np.hypot(left - 20 * np.sin(up / 30), back - 10) - 7) / 4, 0, 1
    )
    lay(320, vessel)
    lay(
        900,
        np.clip(0.5 - (np.hypot(up + 70, back + 96) - 7) / 4, 0, 1) * (abs(left) < 60),
    )
    return np.round(values + np.random.default_rng(8).normal(0, 8, x.shape)).astype(
        "<i2"
    )


INPUTS = {
    "skull-r16sint": skull(),
    "body-r16sint": body(),
    "body-r8uint": np.clip(body() // 12, 0, 255).astype("u1"),
    "activity-r16uint": activity(),
    "head-r16sint": head(),
    "near-20000-r16uint": near_20000(),
    "near-the-end-r32uint": near_the_end(),
    "ramp-r8uint": np.arange(256, dtype="u1").reshape(16, 16),
    "noise-r8sint": full_range("i1", 19, 23),
    "noise-r16uint": full_range("<u2", 27, 33),
    "noise-r16sint": full_range("<i2", 27, 33),
    "noise-r32uint": full_range("<u4", 17, 21),
    "noise-r32sint": full_range("<i4", 17, 21),
    "photo-rgba8uint": photo("u1"),
    "photo-rgba16uint": photo("<u2"),
    "mask-48x40": mask(40, 48),
    "mask-30x22": mask(22, 30),
    "row-r16sint": (np.arange(37) * 60 - 1000).astype("<i2"),
    "pixel-r8uint": np.array([200], dtype="u1"),
}

for name, image in INPUTS.items():
    (HERE / f"{name}.bin").write_bytes(image.tobytes())
