"""What the event does not tell, from the file's header. A file that is not here or not readable tells nothing."""

from pathlib import Path

import pydicom
from django.conf import settings

KEYWORDS = (
    *("PatientBirthDate", "PatientSex", "StudyDescription", "SeriesDescription", "ReferringPhysicianName"),
    *("BodyPartExamined", "SliceThickness", "SliceLocation", "PixelSpacing"),
)


def read(relative):
    """A dictionary by keyword, without what is absent or empty."""
    root = (Path(settings.MEDIA_ROOT) / settings.NOCTIS_STORAGE).resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        return {}
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(KEYWORDS))
        return {word: dataset[word].value for word in KEYWORDS if dataset.get(word) not in (None, "")}
    except Exception:  # pydicom raises whatever it meets
        return {}
