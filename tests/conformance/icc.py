"""ICC profiles, made when a test needs them."""

from __future__ import annotations

import struct

# Colorants on D50 (ISO 15076-1): each a column of the matrix to XYZ.
COLORANTS = {
    "srgb": [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)],
    "adobe": [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)],
    "wide": [(0.71632, 0.25843, 0.0), (0.10101, 0.72493, 0.05179), (0.14689, 0.01662, 0.77332)],
}


def matrix_profile(colorants: list[tuple[float, float, float]], gamma: float | list[int]) -> bytes:
    """An ICC v2 display profile of three colorants and one curve: a gamma, or a table of 16-bit entries."""

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    entries = [round(gamma * 256)] if isinstance(gamma, float) else gamma
    curve = b"curv\0\0\0\0" + struct.pack(f">I{len(entries)}H", len(entries), *entries)
    curve += bytes(-len(curve) % 4)
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(79)
    copyright_text = b"text\0\0\0\0none\0\0\0\0"
    tags = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(xyz, colorants), strict=True))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags |= {b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"desc": text, b"cprt": copyright_text}
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", at + len(body), b"test", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += (
        struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
        + bytes(28)
        + struct.pack(">3i", 63190, 65536, 54061)
    )
    return header + bytes(128 - len(header)) + table + body
