"""An object store, such as S3: its address by URL, the rest by the standard variables (`AWS_...`)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import BinaryIO, cast

import obstore
from obstore.exceptions import BaseError, PreconditionError
from obstore.store import ObjectStore, from_url

from noctis_gateway.storage.opened import NotThere, Opened, Seeking, StorageFailed, parts_of

AHEAD_BYTES = 256 * 1024
"""Read at once where a header is looked for."""
GIVE_UP = timedelta(seconds=10)


@cache
def _store(url: str) -> ObjectStore:
    """The store at an address; one for each process, which keeps its connections."""
    http = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
    return from_url(
        url,
        client_options={"allow_http": http, "timeout": "30s"},
        retry_config={"max_retries": 3, "retry_timeout": GIVE_UP},
    )


class OpenedObject(Opened):
    """An object of the store; what is read of it has the tag that it had at first."""

    def __init__(self, store: ObjectStore, path: str) -> None:
        self._store, self._path = store, path
        try:
            found = obstore.head(store, path)
        except FileNotFoundError:
            raise NotThere from None
        except (BaseError, OSError) as error:
            raise StorageFailed(type(error).__name__) from None
        self.size, self._tag = found["size"], found.get("e_tag")

    def read(self, offset: int, length: int) -> bytes:
        """The bytes at an offset."""
        try:
            options = {"range": (offset, offset + length)} | ({"if_match": self._tag} if self._tag else {})
            return bytes(obstore.get(self._store, self._path, options=options).bytes())  # type: ignore[arg-type]
        except (FileNotFoundError, PreconditionError):
            raise OSError("the object was replaced while it was read") from None
        except (BaseError, OSError) as error:
            raise StorageFailed(type(error).__name__) from None

    def close(self) -> None:
        """Nothing is held."""

    def file(self) -> BinaryIO:
        """The object as a file that reads ahead."""
        return cast(BinaryIO, io.BufferedReader(Seeking(self), AHEAD_BYTES))


@dataclass(frozen=True)
class Bucket:
    """Objects below a prefix; their paths are those of a tree."""

    url: str

    def __post_init__(self) -> None:
        try:
            _store(self.url)
        except BaseError as error:
            raise ValueError(f"cannot be used as an object store ({type(error).__name__})") from None

    def open(self, relative: str) -> OpenedObject:
        """An object; raises `NotThere` or `StorageFailed`."""
        return OpenedObject(_store(self.url), "/".join(parts_of(relative)))

    def missing(self, paths: Iterable[str]) -> int:
        """How many of these objects are not there. Their folders are listed, not each one asked for."""
        wanted = set(paths)
        found: set[str] = set()
        try:
            for folder in {path.rpartition("/")[0] for path in wanted}:
                for some in obstore.list(_store(self.url), prefix=folder):
                    found.update(one["path"] for one in some)
        except (BaseError, OSError) as error:
            raise StorageFailed(type(error).__name__) from None
        return len(wanted - found)

    def space(self) -> None:
        """A store has no end."""
        return

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            next(iter(obstore.list(_store(self.url), chunk_size=1)), None)
        except (BaseError, OSError):
            return False
        return True
