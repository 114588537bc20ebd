"""Text in every defined term of Specific Character Set, against pydicom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from conftest import Probe
from objects import make, save

# By defined term of one byte: letters that only it has.
SINGLE = {
    "ISO_IR 100": "Buc^Jérôme Ærø ÿ",
    "ISO_IR 101": "Wałęsa^Łódź Čřž",
    "ISO_IR 109": "Ħal^Għaxaq Ĵŝ",
    "ISO_IR 110": "Ķēniņš^Āris ģŧ",
    "ISO_IR 144": "Люксембург^Ђћџ",
    "ISO_IR 127": "قباني^لنزار",
    "ISO_IR 126": "Διονυσιος^Ώύ",
    "ISO_IR 138": "שרון^דבורה",
    "ISO_IR 148": "Çavuşoğlu^İğ",
    "ISO_IR 166": "นามสกุล^ชื่อ",
    "ISO_IR 13": "ﾔﾏﾀﾞ^ﾀﾛｳ",
    "ISO_IR 192": "Wang^XiaoDong=王^小東=שרון 😀",
    "GB18030": "Wang^XiaoDong=王^小东=𠀀",
    "GBK": "Wang^XiaoDong=王^小东",
}
# Code extensions: the terms, and what pydicom writes with them. It reads ISO 2022 IR 58 otherwise than the example of
# PS3.5 K.2, which is a test of viewer-core.
EXTENDED = {
    ("ISO 2022 IR 6", "ISO 2022 IR 87"): "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ("ISO 2022 IR 13", "ISO 2022 IR 87"): "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ("ISO 2022 IR 6", "ISO 2022 IR 159"): "Yamada^Tarou=丂丄^侄",
    ("ISO 2022 IR 6", "ISO 2022 IR 149"): "Hong^Gildong=洪^吉洞=홍^길동",
    ("ISO 2022 IR 100", "ISO 2022 IR 144"): "Dionysios^é=Люкс^Люк",
    ("ISO 2022 IR 100", "ISO 2022 IR 126", "ISO 2022 IR 101"): "é^Διον=ł^Łódź=Διο^a",
    ("ISO 2022 IR 6", "ISO 2022 IR 109", "ISO 2022 IR 110"): "a^Ħħ=Ķņ^b",
    ("ISO 2022 IR 6", "ISO 2022 IR 127", "ISO 2022 IR 138"): "a^قباني=שרון^b",
    ("ISO 2022 IR 6", "ISO 2022 IR 148", "ISO 2022 IR 166"): "a^İğş=นาม^b",
}


def name_of(probe: Probe, path: Path) -> dict[str, str]:
    outcome = probe("--info", path)
    assert outcome.code == 0
    return {"name": outcome.report["info"]["patient"]["name"], "id": outcome.report["info"]["patient"]["id"]}


def dataset_of(terms: list[str], text: str, path: Path) -> pydicom.Dataset:
    dataset = make(np.zeros((2, 2), "u1"))
    dataset.SpecificCharacterSet = terms if len(terms) > 1 else terms[0]
    dataset.PatientName, dataset.PatientID = text, text.replace("^", " ").replace("=", " ")
    save(dataset, path)
    again = pydicom.dcmread(path)
    assert str(again.PatientName).rstrip("=") == text.rstrip("="), "pydicom reads what it wrote"
    return again


@pytest.mark.parametrize("term", SINGLE)
def test_defined_terms(term: str, probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    again = dataset_of([term], SINGLE[term], path)
    assert name_of(probe, path) == {"name": SINGLE[term], "id": again.PatientID}
    assert "warnings" not in probe(path).report


@pytest.mark.parametrize("terms", EXTENDED)
def test_code_extensions(terms: tuple[str, ...], probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    again = dataset_of(list(terms), EXTENDED[terms], path)
    assert b"\x1b" in path.read_bytes(), "there is an escape sequence"
    assert name_of(probe, path) == {"name": EXTENDED[terms], "id": again.PatientID}


@pytest.mark.parametrize("term", ["ISO_IR 203", "ISO 2022 IR 203"])
def test_latin9(term: str, probe: Probe, tmp_path: Path) -> None:
    """A term that pydicom does not know: Python's tables of ISO 8859-15 are the truth."""
    path = tmp_path / "a.dcm"
    text = bytes([*range(0x20, 0x5C), *range(0xA0, 0x100)]).decode("iso8859_15")
    dataset = make(np.zeros((2, 2), "u1"))
    dataset.SpecificCharacterSet = term
    dataset.add_new("PatientID", "UN", b"A" + text.encode("iso8859_15"))
    dataset.add_new("PatientName", "UN", text.encode("iso8859_15")[1:])
    save(dataset, path, "implicit")
    assert name_of(probe, path)["name"] == text[1:]


def test_a_term_that_is_not_defined_is_said(probe: Probe, tmp_path: Path) -> None:
    dataset = make(np.zeros((2, 2), "u1"))
    dataset.SpecificCharacterSet = "ISO_IR 999"
    dataset.add_new("PatientName", "UN", b"J\xe9r\xf4me")
    path = save(dataset, tmp_path / "a.dcm", "implicit")
    report = probe("--info", path).report
    assert [(w["kind"], w["tag"]) for w in report["warnings"]] == [("character-set", "0008,0005")]
    assert report["info"]["patient"]["name"] == "Jérôme"


def test_the_patient_is_named_on_request_only(probe: Probe, tmp_path: Path) -> None:
    dataset = make(np.zeros((2, 2), "u1"), PatientName="Doe^Jane")
    path = save(dataset, tmp_path / "a.dcm")
    assert "info" not in probe(path).report and "Doe" not in str(probe(path).report)
