"""Pixels as NoctisPro's server gives them, its faults included: this is what the page is like before."""

import base64
import io
import json

import numpy as np
from django.http import HttpResponse, JsonResponse
from PIL import Image as Picture

from viewer.library import dataset, image_of


def number_of(value, default):
    """A number from a query."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def first(value):
    """The first of several values."""
    return value[0] if isinstance(value, (list, tuple)) or hasattr(value, "append") else value


def rescaled(header, frame=0):
    """float32 values after rescale of a frame; None for colour."""
    if int(header.SamplesPerPixel) != 1:
        return None
    pixels = header.pixel_array
    pixels = pixels[frame] if pixels.ndim == 3 else pixels
    slope, intercept = header.get("RescaleSlope", 1), header.get("RescaleIntercept", 0)
    return pixels.astype(np.float32) * np.float32(slope) + np.float32(intercept)


def default_window(header, values):
    """(width, center): the object's, else what suits the values."""
    width, center = first(header.get("WindowWidth")), first(header.get("WindowCenter"))
    if width and center is not None:
        return float(width), float(center)
    low, high = np.percentile(values, [2, 98])
    return max(float(high - low), 50.0), float(high + low) / 2


def levels(values, width, center, inverted):
    """8 bits by a window; the fraction is cut off."""
    share = np.clip((values - (center - width / 2)) / max(width, 1e-6), 0, 1)
    grey = (share * 255).astype(np.uint8)
    return 255 - grey if inverted else grey


def png(grey):
    """A PNG of the least effort."""
    out = io.BytesIO()
    Picture.fromarray(grey).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _frame(query):
    for name in ("frame", "frame_index", "frame_number"):
        if query.get(name):
            return int(query[name])
    return 0


def _spacing(header):
    row, column = header.get("PixelSpacing") or header.get("ImagerPixelSpacing") or (1.0, 1.0)
    return float(row), float(column)


def data(request, number):
    """The values of a frame: raw float32, base64, or a list of numbers, by `packed`."""
    image = image_of(number)
    if image is None:
        return JsonResponse({"error": "not found"}, status=404)
    header = dataset(image.path)
    frame = _frame(request.GET)
    photometric = str(header.PhotometricInterpretation)
    if request.GET.get("include_pixels") == "0":
        return JsonResponse(_described(image, header, frame, (header.Rows, header.Columns), (400.0, 40.0), photometric))
    values = rescaled(header, frame)
    if values is None:
        return JsonResponse(_described(image, header, frame, None, (400.0, 40.0), photometric))
    window = default_window(header, values)
    if photometric == "MONOCHROME1":
        # Inverted by the server, after rescale, and the window with it.
        top = 2 ** int(header.BitsStored) - 1
        values, window = top - values, (window[0], top - window[1])
    packed = request.GET.get("packed")
    raw = np.ascontiguousarray(values, "<f4")
    if packed == "bin":
        return _binary(image, header, frame, raw, window)
    described = _described(image, header, frame, raw.shape, window, photometric)
    if packed == "1":
        described |= {
            "pixel_data_b64": base64.b64encode(raw).decode(),
            "pixel_dtype": "float32",
            "pixel_endian": "little",
        }
    else:
        described["pixel_data"] = raw.ravel().tolist()
    return JsonResponse(described)


def _binary(image, header, frame, raw, window):
    row, column = _spacing(header)
    response = HttpResponse(raw.tobytes(), content_type="application/octet-stream")
    for name, value in {
        "Rows": raw.shape[0],
        "Columns": raw.shape[1],
        "Window-Width": window[0],
        "Window-Center": window[1],
        "Pixel-DType": "float32",
        "Pixel-Endian": "little",
        "Number-Of-Frames": header.get("NumberOfFrames", 1),
        "Frame-Index": frame,
        "Pixel-Spacing": f"{row},{column}",
        "Slice-Thickness": header.get("SliceThickness", 1),
        "Modality": header.get("Modality", ""),
        "Warnings": json.dumps([]),
    }.items():
        response[f"X-Noctis-{name}"] = str(value)
    response["Cache-Control"] = "private, max-age=60"
    return response


def _described(image, header, frame, shape, window, photometric):
    rows, columns = shape or (int(header.Rows), int(header.Columns))
    return {
        "id": image.number,
        "instance_number": image.instance_number,
        "series_id": image.series.number,
        "study_id": image.series.study.number,
        "rows": rows,
        "columns": columns,
        "window_width": window[0],
        "window_center": window[1],
        "pixel_spacing": _spacing(header),
        "slice_thickness": float(header.get("SliceThickness") or 1),
        "modality": str(header.get("Modality", "")),
        "photometric_interpretation": photometric,
        "bits_allocated": int(header.BitsAllocated),
        "bits_stored": int(header.BitsStored),
        "number_of_frames": int(header.get("NumberOfFrames", 1)),
        "frame_index": frame,
        "is_color": shape is None,
        "pixel_data": None,
        "warnings": [] if shape else ["colour"],
    }


def _window(request, header, values):
    width, center = default_window(header, values)
    query = request.GET
    width = number_of(query.get("ww") or query.get("window_width"), width)
    center = number_of(query.get("wl") or query.get("window_level"), center)
    return width, center, (query.get("invert") or query.get("inverted")) in ("1", "true")


def picture(request, number):
    """The first frame in 8 bits by a window; MONOCHROME1 as if it were 2, colour as its mean if there is one frame."""
    image = image_of(number)
    if image is None:
        return JsonResponse({"error": "not found"}, status=404)
    header = dataset(image.path)
    values = rescaled(header)
    if values is None:
        if int(header.get("NumberOfFrames", 1)) > 1:
            return JsonResponse({"error": "no picture"}, status=404)
        values = header.pixel_array.astype(np.float32).mean(axis=-1)
    response = HttpResponse(png(levels(values, *_window(request, header, values))), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def display(request, number):
    """Where the picture is, and what there is to say of it."""
    image = image_of(number)
    if image is None:
        return JsonResponse({"error": "not found"}, status=404)
    header = dataset(image.path)
    is_color = int(header.SamplesPerPixel) != 1
    width, center = (255.0, 127.5) if is_color else default_window(header, rescaled(header))
    is_inverted = header.PhotometricInterpretation == "MONOCHROME1"
    return JsonResponse(
        {
            "image_data": None,
            "image_url": f"/dicom-viewer/api/image/{number}/render.png",
            "image_info": {
                "id": number,
                "instance_number": image.instance_number,
                "dimensions": [int(header.Rows), int(header.Columns)],
                "pixel_spacing": _spacing(header),
                "default_window_width": width,
                "default_window_level": center,
                "modality": str(header.get("Modality", "")),
                "photometric_interpretation": str(header.PhotometricInterpretation),
                "number_of_frames": int(header.get("NumberOfFrames", 1)),
                "is_color": is_color,
            },
            "windowing": {"window_width": width, "window_level": center, "inverted": is_inverted},
            "warnings": [],
        }
    )
