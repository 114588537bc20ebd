"""The parity report sees what is the same, written otherwise, different and missing; and nothing of a patient."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pydicom
from pydicom.data import get_testdata_file
from pydicom.uid import ImplicitVRLittleEndian

from tests.gateway import SERVICE, event


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "noctis_gateway.parity", *arguments]
    return subprocess.run(command, cwd=SERVICE, capture_output=True, text=True, check=False)


def test_two_trees_and_two_logs(tmp_path: Path) -> None:
    left, right = tmp_path / "left", tmp_path / "right/deep"
    left.mkdir()
    right.mkdir(parents=True)
    names = ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "JPEG2000.dcm")
    files = {name: pydicom.dcmread(str(get_testdata_file(name))) for name in names}
    for name, dataset in files.items():
        dataset.save_as(left / name, enforce_file_format=True)
        dataset.save_as(right / f"other-{name}", enforce_file_format=True)
    assert run(str(left), str(right)).stdout.startswith("objects: 4 identical, 0 recoded, 0 different")
    assert run(str(left), str(right)).returncode == 0

    files["CT_small.dcm"].file_meta.ImplementationVersionName = "ANOTHER"
    files["CT_small.dcm"].save_as(right / "other-CT_small.dcm", enforce_file_format=True)
    files["MR_small.dcm"].file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    files["MR_small.dcm"].save_as(right / "other-MR_small.dcm", implicit_vr=True, little_endian=True)
    files["rtplan.dcm"].PatientName = "SECRET^PATIENT"
    files["rtplan.dcm"].save_as(right / "other-rtplan.dcm", enforce_file_format=True)
    (right / "other-JPEG2000.dcm").unlink()
    (right / "broken.dcm").write_bytes(b"x" * 300)
    (right / ".outbox").write_bytes(b"not looked at")
    found = run(str(left), str(right))
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert lines[0] == "objects: 1 identical, 1 recoded, 1 different, 1 only left, 0 only right, 1 unreadable"
    assert lines[1].split() == ["different", str(files["rtplan.dcm"].SOPInstanceUID), "00100010"]
    assert lines[2].split() == ["only", "left", str(files["JPEG2000.dcm"].SOPInstanceUID)]
    assert lines[3].split() == ["unreadable", "broken.dcm"]
    assert "SECRET" not in found.stdout + found.stderr

    events = [event("1.1"), event("1.2"), event("1.3")]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, events)))
    events[1]["index"]["rows"] = 7
    events[0]["receiver"], events[0]["event_id"] = "other", "other"
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, events[:2])))
    found = run(str(left), str(left), "--logs", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"))
    assert found.returncode == 1
    assert "events: 1 identical, 0 recoded, 1 different, 1 only left, 0 only right, 0 unreadable" in found.stdout
    assert "different  1.2  index" in found.stdout
    assert "SECRET" not in found.stdout
