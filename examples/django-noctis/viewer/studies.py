"""What a study holds."""

from django.http import JsonResponse

from viewer.library import all_series, find, joined, library


def _missing():
    return JsonResponse({"error": "not found"}, status=404)


def _study(study):
    header = study.header
    return {
        "id": study.number,
        "accession_number": str(header.get("AccessionNumber", "")),
        "patient_name": str(header.get("PatientName", "")).replace("^", " ").strip(),
        "patient_id": str(header.get("PatientID", "")),
        "study_date": str(header.get("StudyDate", "")),
        "modality": str(header.get("Modality", "")),
        "description": str(header.get("StudyDescription", "")),
        "body_part": str(header.get("BodyPartExamined", "")),
        "priority": "normal",
        "clinical_info": "",
    }


def _series(series):
    header = series.header
    thickness = header.get("SliceThickness")
    return {
        "id": series.number,
        "series_number": int(header.get("SeriesNumber") or 1),
        "modality": str(header.get("Modality", "")),
        "slice_thickness": float(thickness) if thickness else None,
        "pixel_spacing": joined(header.get("PixelSpacing")),
        "image_orientation": joined(header.get("ImageOrientationPatient")),
    }


def _folder(series):
    """Where files would be: those that were received by UIDs, those that were imported, every second study here, by numbers."""
    study = series.study
    if study.number % 2:
        return f"{study.uid}/{series.uid}"
    patient = study.header.get("PatientID", "")
    return f"patient_{patient}/study_{study.number}/series_{series.number}"


def data(request, number):
    """A study and its series, without any UID."""
    study = find(library(), number=number)
    if study is None:
        return _missing()
    series = [
        {
            **_series(one),
            "description": str(one.header.get("SeriesDescription", "")),
            "image_count": len(one.images),
            "images": [
                {
                    "id": image.number,
                    "instance_number": image.instance_number,
                    "file_path": f"/media/dicom/images/{_folder(one)}/{image.uid}.dcm",
                    "slice_location": image.header.get("SliceLocation"),
                    "image_position": joined(image.header.get("ImagePositionPatient")),
                    "file_size": image.path.stat().st_size,
                }
                for image in one.images
            ],
        }
        for one in study.series
    ]
    return JsonResponse({"study": _study(study), "series": series}, json_dumps_params={"default": str})


def images(request, number):
    """The objects of a series."""
    series = find(all_series(), number=number)
    if series is None:
        return _missing()
    described = {
        **_series(series),
        "series_uid": series.uid,
        "series_description": str(series.header.get("SeriesDescription", "")),
    }
    described.pop("priority", None)
    listed = [
        {
            "id": image.number,
            "sop_instance_uid": image.uid,
            "instance_number": image.instance_number,
            "image_position": joined(image.header.get("ImagePositionPatient")),
            "rows": None,
            "columns": None,
            "window_center": None,
            "window_width": None,
        }
        for image in series.images
    ]
    return JsonResponse({"series": described, "images": listed})


def related(request, number):
    """Other studies of the patient."""
    study = find(library(), number=number)
    if study is None:
        return _missing()
    others = [one for one in library() if one.header.get("PatientID") == study.header.get("PatientID")]
    listed = [
        {
            **{key: _study(one)[key] for key in ("id", "study_date", "modality", "description")},
            "series": [
                {
                    "id": series.number,
                    "series_number": int(series.header.get("SeriesNumber") or 1),
                    "series_description": str(series.header.get("SeriesDescription", "")),
                    "description": str(series.header.get("SeriesDescription", "")),
                    "modality": str(series.header.get("Modality", "")),
                    "image_count": len(series.images),
                }
                for series in one.series
            ],
            "reports": [],
        }
        for one in others[:10]
    ]
    return JsonResponse({"studies": listed})
