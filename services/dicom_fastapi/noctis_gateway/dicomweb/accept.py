"""What a client takes: the Accept header, with the parameters that DICOMweb gives it (PS3.18, 8.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fastapi import HTTPException

_PART = re.compile(r'\s*((?:[^,"]|"[^"]*")+)')
_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("[^"]*"|[^;\s]*)')

JSON_TYPES = ("application/dicom+json", "application/json")


@dataclass(frozen=True, slots=True)
class Media:
    """One media range, in lower case. `type` and `transfer_syntax` are its parameters, where it has them."""

    name: str
    type: str | None = None
    transfer_syntax: str | None = None
    quality: float = 1.0
    parameters: dict[str, str] = field(default_factory=dict, compare=False)

    def covers(self, name: str) -> bool:
        """Whether the range takes a media type."""
        return self.name in ("*/*", name) or (self.name.endswith("/*") and name.startswith(self.name[:-1]))

    def covers_part(self, name: str) -> bool:
        """Whether the range takes a multipart message with parts of this type."""
        if self.name == "*/*":
            return True
        if self.name not in ("multipart/related", "multipart/*"):
            return False
        wanted = self.type or "*/*"
        return wanted in ("*/*", name) or (wanted.endswith("/*") and name.startswith(wanted[:-1]))

    def covers_syntax(self, transfer_syntax: str) -> bool:
        """Whether it takes data of this transfer syntax; one that names none takes it as it is stored."""
        return self.transfer_syntax in (None, "*", transfer_syntax)


def parse(header: str | None) -> list[Media]:
    """The media ranges of a header, the preferred first; everything when there is none."""
    found = []
    for text in _PART.findall(header or "*/*"):
        parameters = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(text)}
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 0.0
        if 0 < quality <= 1:
            wanted = parameters.get("type")
            syntax = parameters.get("transfer-syntax")
            name = text.partition(";")[0].strip().lower()
            found.append(Media(name, wanted and wanted.lower(), syntax, quality, parameters))
    return sorted(found, key=lambda media: -media.quality)


def json_type(header: str | None) -> str:
    """The media type of a JSON answer; 406 when the client takes none."""
    for media in parse(header):
        for name in JSON_TYPES:
            if media.covers(name):
                return name
    raise HTTPException(406, "this resource is application/dicom+json")
