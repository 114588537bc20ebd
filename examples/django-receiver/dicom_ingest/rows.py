"""From an event to rows. One transaction an event; an event that comes again has no second effect."""

import hashlib
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import transaction

from dicom_ingest import header
from dicom_ingest.models import DicomImage, Facility, IngestedEvent, Modality, Patient, Series, Study

UNKNOWN_BIRTH = date(1900, 1, 1)


class Rejected(Exception):
    """An event that this site will never take; the reason names no patient."""


@transaction.atomic
def take(event):
    """Make the rows of an event: "accepted", or "duplicate" when it was here."""
    if IngestedEvent.objects.filter(event_id=event["event_id"]).exists():
        return "duplicate"
    IngestedEvent.objects.create(event_id=event["event_id"], sop_instance_uid=event["sop_instance_uid"])
    if event["type"] != "instance.stored" or event["canary"]:
        return "accepted"
    facility = _facility(event["calling_aet"])
    known = DicomImage.objects.filter(sop_instance_uid=event["sop_instance_uid"]).first()
    if known and known.stored_at >= event["time"]:
        return "accepted"
    told, index = header.read(event["path"]), event["index"]
    study = _study(event, index, told, facility)
    series = _series(event, index, told, study)
    position = index.get("image_position_patient") or []
    DicomImage.objects.update_or_create(
        sop_instance_uid=event["sop_instance_uid"],
        defaults={
            "series": series,
            "instance_number": index.get("instance_number", 1),
            "image_position": "\\".join(f"{value:.10g}" for value in position)[:100],
            "slice_location": told.get("SliceLocation"),
            "file_path": f"{settings.NOCTIS_STORAGE}/{event['path']}",
            "file_size": event["size"],
            "stored_at": event["time"],
        },
    )
    return "accepted"


def _facility(title):
    """By title, whatever its case; else the one with a blank title; else the only one there is."""
    active = Facility.objects.filter(is_active=True)
    found = active.filter(ae_title__iexact=title.strip()).first() or active.filter(ae_title="").first()
    if found is None and active.count() == 1:
        found = active.get()
    if found is None:
        raise Rejected("no active facility has this calling AE title")
    return found


def _study(event, index, told, facility):
    uid = event["study_instance_uid"]
    known = Study.objects.filter(study_instance_uid=uid).first()
    if known:
        return known
    modality, _ = Modality.objects.get_or_create(code=index.get("modality", "OT")[:10], defaults={"name": "?"})
    number = hashlib.sha256(uid.encode()).hexdigest()[:16]
    return Study.objects.create(
        study_instance_uid=uid,
        accession_number=index.get("accession_number", f"ACC_{number}")[:50],
        patient=_patient(index, told, number),
        facility=facility,
        modality=modality,
        study_description=str(told.get("StudyDescription", "DICOM Study"))[:200],
        study_date=_moment(index),
        referring_physician=" ".join(str(told.get("ReferringPhysicianName", "")).split("^")).strip()[:100],
        body_part=str(told.get("BodyPartExamined", ""))[:50],
    )


def _patient(index, told, number):
    # Two people without an id are not one person.
    identity = index.get("patient_id", "").strip()[:50] or f"NO-ID-{number}"
    family, given, *_ = (index.get("patient_name", "").split("=")[0] + "^^").split("^")
    sex = str(told.get("PatientSex", "O"))
    patient, _ = Patient.objects.get_or_create(
        patient_id=identity,
        defaults={
            "first_name": given.strip()[:100] or "UNKNOWN",
            "last_name": family.strip()[:100] or "UNKNOWN",
            "date_of_birth": _date(str(told.get("PatientBirthDate", ""))) or UNKNOWN_BIRTH,
            "gender": sex if sex in ("M", "F") else "O",
        },
    )
    return patient


def _series(event, index, told, study):
    number = index.get("series_number", 1)
    series, _ = Series.objects.get_or_create(
        series_instance_uid=event["series_instance_uid"],
        defaults={
            "study": study,
            "series_number": number if abs(number) < 2**31 else 1,
            "series_description": str(told.get("SeriesDescription", f"Series {number}"))[:200],
            "modality": index.get("modality", "OT")[:10],
            "body_part": str(told.get("BodyPartExamined", ""))[:50],
            "slice_thickness": told.get("SliceThickness"),
            "pixel_spacing": "\\".join(str(value) for value in told.get("PixelSpacing", []))[:50],
            "image_orientation": "\\".join(f"{v:.10g}" for v in index.get("image_orientation_patient") or [])[:100],
        },
    )
    return series


def _date(text):
    try:
        return datetime.strptime(text.strip()[:8], "%Y%m%d").date()
    except ValueError:
        return None


def _moment(index):
    day = _date(index.get("study_date", "")) or UNKNOWN_BIRTH
    digits = (index.get("study_time", "").strip().split(".")[0] + "000000")[:6]
    try:
        time = datetime.strptime(digits, "%H%M%S").time()
    except ValueError:
        time = datetime.min.time()
    return datetime.combine(day, time, UTC)
