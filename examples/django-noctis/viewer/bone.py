"""Bone as NoctisPro's server gives it: a mesh, as nested lists of numbers."""

import numpy as np
from django.http import JsonResponse

from viewer.library import all_series, find
from viewer.pixels import number_of
from viewer.reconstruction import volume

SIDES = {"high": 256, "fast": 160}
"""Voxels of the longest axis."""
CORNERS = {
    0: ((0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1)),
    1: ((0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 0)),
    2: ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)),
}
"""The corners of the face of a voxel across each axis."""


def bone(request, number):
    """The mesh of what is denser than the threshold."""
    try:
        values, _ = volume(number)
    except ValueError as reason:
        return JsonResponse({"error": str(reason)}, status=400)
    quality = request.GET.get("quality", "fast")
    step = max(1, -(-max(values.shape) // SIDES.get(quality, SIDES["fast"])))
    dense = values[::step, ::step, ::step] >= number_of(request.GET.get("threshold"), 300.0)
    vertices, faces = _surface(dense, np.array(_spacing(number)) * step)
    mesh = {
        "vertices": vertices,
        "faces": faces,
        "vertex_count": len(vertices),
        "face_count": len(faces),
        "quality": quality,
    }
    return JsonResponse({"mesh": mesh, "mesh_data": None, "volume_shape": values.shape, "roi_applied": False})


def _spacing(number):
    header = find(all_series(), number=number).header
    row, column = (float(value) for value in header.get("PixelSpacing") or (1, 1))
    return float(header.get("SpacingBetweenSlices") or header.get("SliceThickness") or 1), row, column


def _surface(dense, spacing):
    """The faces between what is dense and what is not, as triangles; places are (z, y, x) in millimetres."""
    padded = np.pad(dense, 1)
    quads = []
    for axis in range(3):
        across = np.argwhere(np.diff(padded.astype(np.int8), axis=axis) != 0)
        across[:, [other for other in range(3) if other != axis]] -= 1
        quads.append(across[:, None, :] + np.array(CORNERS[axis])[None])
    corners = np.concatenate(quads).reshape(-1, 3)
    vertices, index = np.unique(corners, axis=0, return_inverse=True)
    index = index.reshape(-1, 4)
    faces = np.concatenate([index[:, [0, 1, 2]], index[:, [0, 2, 3]]])
    return (_smoothed(vertices, index) * spacing).round(4).tolist(), faces.tolist()


def _smoothed(vertices, quads):
    """Each vertex in the middle of the faces around it."""
    middles = vertices[quads].mean(axis=1)
    sums, counts = np.zeros(vertices.shape), np.zeros((len(vertices), 1))
    for corner in range(4):
        np.add.at(sums, quads[:, corner], middles)
        np.add.at(counts, quads[:, corner], 1)
    return sums / counts
