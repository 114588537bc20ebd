"""Prints what pydicom reads of the attributes of its own files, as corner text has them: `{file: {keyword: text}}`."""

import json
import sys
import warnings
from contextlib import suppress
from pathlib import Path

import pydicom
from pydicom.datadict import keyword_dict, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.errors import InvalidDicomError

TEXTS = {"AE", "CS", "IS", "LO", "SH", "UC", "UI"}
NUMBERS = {"FD", "FL", "SL", "SS", "SV", "UL", "US", "UV", "DS"}


def text_of(element: DataElement) -> str | None:
    """The values as text; none for those that corner text says in another way, or not at all."""
    values = element.value if element.VM > 1 else [element.value]
    if element.VR in NUMBERS:
        # As JavaScript writes numbers, and Rust.
        return ", ".join(f"{float(value):.9g}" for value in values)
    if element.VR in TEXTS:
        texts = [str(value).strip(" \0") for value in values]
        return ", ".join(text for text in texts if text)[:512]
    return None


def texts_of(file: Path) -> dict[str, str]:
    """What one object says at its top level."""
    ds = pydicom.dcmread(file, stop_before_pixels=True)
    texts = {
        keyword_for_tag(element.tag): text_of(element)
        for element in ds
        if keyword_dict.get(keyword_for_tag(element.tag)) == element.tag
        and not element.is_empty
        and element.VM <= 32
    }
    return {keyword: text for keyword, text in texts.items() if text is not None}


def main() -> None:
    """Reads every image below the folder that is given."""
    found = {}
    for file in sorted(Path(sys.argv[1]).rglob("*.dcm")):
        # What pydicom cannot read is no measure for others.
        with suppress(InvalidDicomError, OSError, ValueError, AttributeError, KeyError):
            if "PixelData" in pydicom.dcmread(file):
                found[str(file)] = texts_of(file)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
