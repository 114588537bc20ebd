"""When a picture is right.

Ours must be within one level of the expected picture, at every pixel, no exceptions.

The other viewers are judged on a screenshot with tolerances of their own, because they round, dither and interpolate
differently: right means that fewer than 0.1 % of the samples are off by more than 2 levels, of a
lossy stream by more than 4; the outermost pixels of a picture are not looked at, where a viewer may mix in what is
around it. Where the object has no window, each viewer may choose one: the picture is then
compared after a straight line through its levels is fitted to the expected ones. Where pixels are not square, the
picture is fitted and therefore interpolated: right then means a mean error of at most 4 levels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OUR_TOLERANCE = 1
PEER_TOLERANCE = 2
PEER_TOLERANCE_LOSSY = 4
PEER_OUTLIERS = 0.001


@dataclass(frozen=True)
class Expected:
    """What is to be seen of a frame."""

    picture: np.ndarray
    # Pixels that are beyond doubt.
    sure: np.ndarray
    is_lossy: bool
    has_window: bool
    is_square: bool


@dataclass(frozen=True)
class Verdict:
    """What was seen of it."""

    right: bool
    # Largest error in levels, and the mean; None when nothing came.
    worst: float | None = None
    mean: float | None = None
    reason: str = ""


def same_shape(actual: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as `[rows, columns, samples]`: grey may come as equal red, green and blue."""
    actual = actual[..., np.newaxis] if actual.ndim == 2 else actual[..., :3]
    expected = expected[..., np.newaxis] if expected.ndim == 2 else expected
    samples = max(actual.shape[2], expected.shape[2])
    return tuple(np.repeat(a, samples // a.shape[2], axis=2).astype(np.int64) for a in (actual, expected))  # type: ignore[return-value]


def ours(actual: np.ndarray, expected: Expected) -> Verdict:
    """The rule for our own pictures."""
    a, b = same_shape(actual, expected.picture)
    if a.shape != b.shape:
        return Verdict(False, reason=f"{a.shape[1]} x {a.shape[0]} instead of {b.shape[1]} x {b.shape[0]}")
    errors = np.abs(a - b)[expected.sure]
    worst, mean = (float(errors.max()), float(errors.mean())) if errors.size else (0.0, 0.0)
    return Verdict(worst <= OUR_TOLERANCE, worst, mean)


def refitted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The levels `a` after the straight line that brings them nearest to `b`; clipped ones do not count."""
    inner = (a > 0) & (a < 255) & (b > 0) & (b < 255)
    if inner.sum() < 0.1 * a.size or np.ptp(a[inner]) == 0:
        return a.astype(float)
    slope, intercept = np.polyfit(a[inner], b[inner], 1)
    if slope <= 0:  # a negative picture is no other window
        return a.astype(float)
    made = a * slope + intercept
    clipped = (a <= 0) | (a >= 255)
    return np.where(
        clipped & (np.abs(b - made) > 0), np.where(a <= 0, np.minimum(b, made), np.maximum(b, made)), made
    )


def peer(actual: np.ndarray, expected: Expected) -> Verdict:
    """The rule for the other viewers."""
    a, b = same_shape(actual, expected.picture)
    if a.shape != b.shape:
        return Verdict(False, reason="another size")
    seen = refitted(a, b) if not expected.has_window else a.astype(float)
    inner = expected.sure.copy()
    if min(inner.shape) > 2:
        inner[[0, -1]], inner[:, [0, -1]] = False, False
    errors = np.abs(np.clip(seen, 0, 255) - b)[inner]
    worst, mean = float(errors.max()), float(errors.mean())
    if not expected.is_square:
        return Verdict(mean <= 4, worst, mean)
    tolerance = PEER_TOLERANCE_LOSSY if expected.is_lossy else PEER_TOLERANCE
    return Verdict(float((errors > tolerance).mean()) < PEER_OUTLIERS, worst, mean)
