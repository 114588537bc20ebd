"""`announce.py FOLDER`: writes `events.json` into a folder of DICOM files, for each what a receiver would tell of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pydicom
from make_inputs import event
from pydicom.uid import generate_uid

folder = Path(sys.argv[1])
events = {}
for path in sorted(folder.glob("*.dcm")):
    dataset = pydicom.dcmread(path)
    # What an object does not have is "1" here: the gateway wants something, and no test looks at it.
    for keyword in (
        "Modality",
        "InstanceNumber",
        "SeriesNumber",
        "StudyDate",
        "PatientID",
        "PatientName",
    ):
        if not dataset.get(keyword):
            setattr(dataset, keyword, "20000101" if keyword == "StudyDate" else "1")
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID"):
        if not dataset.get(keyword):
            setattr(dataset, keyword, generate_uid())
    events[path.name] = event(dataset, path.read_bytes())
(folder / "events.json").write_text(json.dumps(events))
