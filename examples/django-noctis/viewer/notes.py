"""Measurements, annotations and sessions, kept while the program runs."""

import json
from datetime import UTC, datetime

from django.http import JsonResponse
from django.views.decorators.http import require_POST

_measurements = []
_annotations = []


def _now():
    return datetime.now(UTC).isoformat()


@require_POST
def save_measurement(request):
    """Keeps type, value and points: a list of them, or that of an entry; of anything else nothing is left."""
    given = json.loads(request.body)
    kinds = ("length", "area", "angle", "cobb_angle")
    try:
        points = json.loads(given.get("points") or "null")
    except ValueError:
        points = None
    if isinstance(points, dict):
        points = points.get("points")
    one = {
        "id": len(_measurements) + 1,
        "image_id": given.get("image_id"),
        "type": given.get("measurement_type") if given.get("measurement_type") in kinds else "length",
        "points": points if isinstance(points, list) else [],
        "value": given.get("value"),
        "unit": given.get("unit", "mm"),
        "notes": given.get("notes", ""),
        "created_at": _now(),
    }
    _measurements.append(one)
    return JsonResponse({"success": True, "id": one["id"]})


def measurements(request, number):
    """Those of an image."""
    return JsonResponse({"measurements": [one for one in _measurements if one["image_id"] == number]})


@require_POST
def save_annotation(request):
    """Keeps a text and where it is."""
    given = json.loads(request.body)
    one = {"id": len(_annotations) + 1, "created_at": _now()}
    one |= {name: given.get(name) for name in ("image_id", "position_x", "position_y", "text", "color")}
    _annotations.append(one)
    return JsonResponse({"success": True, "id": one["id"]})


def annotations(request, number):
    """Those of an image."""
    return JsonResponse({"annotations": [one for one in _annotations if one["image_id"] == number]})


@require_POST
def save_session(request):
    """What the page shows, every half minute."""
    return JsonResponse({"success": "study_id" in json.loads(request.body)})
