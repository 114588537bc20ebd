"""MPR, MIP and Hounsfield units as NoctisPro's server makes them: pictures forced into squares, one by one."""

import base64
from functools import lru_cache

import numpy as np
from django.http import Http404, HttpResponse, JsonResponse
from PIL import Image as Picture

from viewer.library import all_series, dataset, find, image_of
from viewer.pixels import default_window, levels, number_of, png, rescaled

SIDE = 512
PLANES = ("axial", "sagittal", "coronal")


@lru_cache(maxsize=2)
def volume(number):
    """(values `[slices, rows, columns]`, default window) of a series, by place along the slices' normal."""
    series = find(all_series(), number=number)
    if series is None:
        raise Http404
    images = [image for image in series.images if image.header.get("ImagePositionPatient")]
    if len(images) < 2:
        raise ValueError("too few slices")
    direction = [float(value) for value in images[0].header.ImageOrientationPatient]
    normal = np.cross(direction[:3], direction[3:])
    images.sort(key=lambda image: np.dot(normal, [float(value) for value in image.header.ImagePositionPatient]))
    datasets = [dataset(image.path) for image in images]
    values = np.stack([rescaled(one) for one in datasets])
    return values, default_window(datasets[0], values[0])


def counts_of(values):
    """How many pictures each plane has."""
    slices, rows, columns = values.shape
    return {"axial": slices, "sagittal": columns, "coronal": rows}


def section(values, plane, index):
    """One plane, the last slice on top."""
    index = min(max(index, 0), counts_of(values)[plane] - 1)
    if plane == "axial":
        return values[index]
    return np.flipud(values[:, :, index] if plane == "sagittal" else values[:, index, :])


def square(picture):
    """Whatever its shape was."""
    return np.asarray(
        Picture.fromarray(np.ascontiguousarray(picture, np.float32)).resize((SIDE, SIDE), Picture.BICUBIC)
    )


def _window(request, default):
    query = request.GET
    width = number_of(query.get("window_width"), default[0])
    center = number_of(query.get("window_level"), default[1])
    return width, center, query.get("inverted") in ("1", "true")


def _url(grey):
    return "data:image/png;base64," + base64.b64encode(png(grey)).decode()


def _about(number, values):
    header = find(all_series(), number=number).header
    return {
        "volume_shape": values.shape,
        "counts": counts_of(values),
        "series_info": {
            "id": number,
            "description": str(header.get("SeriesDescription", "")),
            "modality": str(header.get("Modality", "")),
        },
    }


def mpr(request, number):
    """The middle of each plane, or one picture, or none."""
    try:
        values, default = volume(number)
    except ValueError as reason:
        return JsonResponse({"error": str(reason)}, status=400)
    about = {**_about(number, values), "quality": request.GET.get("quality", "fast")}
    if request.GET.get("meta_only") == "1":
        return JsonResponse({"mpr_views": None, **about})
    window = _window(request, default)
    counts = counts_of(values)
    plane = request.GET.get("plane")
    if plane in PLANES:
        index = int(number_of(request.GET.get("slice"), counts[plane] // 2))
        image = _url(levels(square(section(values, plane, index)), *window))
        return JsonResponse({"plane": plane, "index": index, "count": counts[plane], "image": image, **about})
    views = {plane: _url(levels(square(section(values, plane, counts[plane] // 2)), *window)) for plane in PLANES}
    return JsonResponse({"mpr_views": views, **about})


def mip(request, number):
    """The largest values along each axis."""
    values, default = volume(number)
    window = _window(request, default)
    largest = {
        "axial": values.max(axis=0),
        "sagittal": np.flipud(values.max(axis=2)),
        "coronal": np.flipud(values.max(axis=1)),
    }
    views = {plane: _url(levels(picture, *window)) for plane, picture in largest.items()}
    return JsonResponse({"mip_views": views, **_about(number, values)})


def plane(request, number, plane, index):
    """One plane as a PNG."""
    if plane not in PLANES:
        raise Http404
    values, default = volume(number)
    angle = number_of(request.GET.get("rot_z"), 0.0)
    turned = abs(angle) >= 0.5
    picture = _oblique(values, plane, request.GET, angle) if turned else section(values, plane, index)
    grey = levels(square(picture), *_window(request, default))
    response = HttpResponse(png(grey), content_type="image/png")
    response["Cache-Control"] = "no-store"
    return response


def _oblique(values, plane, query, angle):
    slices, rows, columns = values.shape
    cx, cy, cz = (
        number_of(query.get(name), middle)
        for name, middle in zip(("cvx", "cvy", "cvz"), (columns / 2, rows / 2, slices / 2), strict=True)
    )
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    if plane == "axial":
        across, down = np.meshgrid(np.arange(columns) - cx, np.arange(rows) - cy)
        x, y, z = cx + across * cos + down * sin, cy - across * sin + down * cos, np.full(across.shape, cz)
    else:
        length, tangent = (rows, (-sin, cos)) if plane == "sagittal" else (columns, (cos, sin))
        across, z = np.meshgrid(np.arange(length) - length / 2, np.arange(slices)[::-1])
        x, y = cx + across * tangent[0], cy + across * tangent[1]
    nearest = (np.rint(np.clip(at, 0, size - 1)).astype(int) for at, size in ((z, slices), (y, rows), (x, columns)))
    return values[tuple(nearest)]


def hu(request):
    """A value, or the statistics of an ellipse, with the SD of a population."""
    query = request.GET
    try:
        if query.get("mode") == "mpr":
            values, _ = volume(int(query["series_id"]))
            picture = square(section(values, query["plane"], int(query["slice"])))
        else:
            picture = rescaled(dataset(image_of(int(query["image_id"])).path))
    except (KeyError, ValueError, AttributeError) as reason:
        return JsonResponse({"error": str(reason)}, status=400)
    if query.get("shape") == "ellipse":
        cx, cy, rx, ry = (number_of(query.get(name), 1.0) for name in ("cx", "cy", "rx", "ry"))
        rows, columns = np.indices(picture.shape)
        inside = picture[((columns - cx) / max(rx, 1)) ** 2 + ((rows - cy) / max(ry, 1)) ** 2 <= 1]
        if not inside.size:
            return JsonResponse({"error": "no pixels"}, status=400)
        stats = {name: float(getattr(np, name)(inside)) for name in ("mean", "std", "min", "max")}
        return JsonResponse({"stats": {**stats, "n": int(inside.size)}})
    x, y = int(number_of(query.get("x"), 0)), int(number_of(query.get("y"), 0))
    if not (0 <= y < picture.shape[0] and 0 <= x < picture.shape[1]):
        return JsonResponse({"error": "outside"}, status=400)
    return JsonResponse({"hu": round(float(picture[y, x]), 1)})
