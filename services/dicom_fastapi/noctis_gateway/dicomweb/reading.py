"""What the client is told when a stored file cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from noctis_gateway.dicom.header import Unreadable
from noctis_gateway.storage import NotThere

GONE = "the object was received, but its file is not in the storage any more"


@contextmanager
def of_storage() -> Iterator[None]:
    """404 for a file that is not there any more, 422 for one that is no readable DICOM."""
    try:
        yield
    except NotThere:
        raise HTTPException(404, GONE) from None
    except Unreadable as error:
        raise HTTPException(422, str(error)) from None
