"""The endpoints that the gateway calls."""

import json
from importlib import import_module
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dicom_ingest import rows
from dicom_ingest.models import Facility
from dicom_ingest.signing import is_signed


@csrf_exempt
@require_POST
def ingest(request):
    """Events in order, one result each. After one that must be tried again, none of the later ones is taken."""
    if not is_signed(request):
        return JsonResponse({"detail": "the signature or the API key is wrong"}, status=401)
    try:
        events = json.loads(request.body)
    except ValueError:
        return JsonResponse({"detail": "not JSON"}, status=400)
    results = []
    for event in events if isinstance(events, list) else [events]:
        try:
            results.append({"event_id": event["event_id"], "status": rows.take(event)})
        except rows.Rejected as reason:
            results.append({"event_id": event["event_id"], "status": "rejected", "reason": str(reason)})
        except (KeyError, TypeError, AttributeError):
            event_id = event.get("event_id") if isinstance(event, dict) else None
            results.append({"event_id": event_id, "status": "rejected", "reason": "not an event of version 1"})
        except DatabaseError:
            break
    return JsonResponse({"results": results}, status=200 if results else 503)


@csrf_exempt
@require_POST
def session(request):
    """Whose session it is and what that person may see. Looking does not prolong the session."""
    if not is_signed(request):
        return JsonResponse({"detail": "the signature or the API key is wrong"}, status=401)
    key = json.loads(request.body)["session_key"]
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(SimpleNamespace(session=store))  # also checks that the password is still the one of the login
    if not user.is_authenticated or not user.is_active:
        return JsonResponse({"active": False})
    everything = user.is_superuser or user.is_staff
    facilities = Facility.objects.filter(users=user, is_active=True).values_list("ae_title", flat=True)
    return JsonResponse(
        {
            "active": True,
            "user": str(user.pk),
            "all": everything,
            "facilities": [title.strip().upper() for title in facilities if title.strip()],
            # A public link shows one study (NoctisPro keeps it in the session).
            "study": store.get("public_study_uid"),
            "operator": user.is_superuser,
        }
    )
