"""A stored object that is being read."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import BinaryIO, Self

CHUNK_BYTES = 1024 * 1024


class NotThere(Exception):
    """There is no object at that place, or the way to it leads through a symbolic link."""


class StorageFailed(Exception):
    """The storage does not answer; the object may well be there."""


def parts_of(relative: str) -> list[str]:
    """The names of a path; raises `NotThere` for one that leads out of the storage or into what is hidden."""
    parts = relative.split("/")
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        raise NotThere
    return parts


class Opened(ABC):
    """An object of one generation: what is read of it belongs together, also when it is replaced meanwhile."""

    size: int

    @abstractmethod
    def read(self, offset: int, length: int) -> bytes:
        """Some of the bytes at an offset within the object, at most so many and at least one."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    @abstractmethod
    def file(self) -> BinaryIO:
        """The object as a file to seek in; it is closed by itself."""

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """A part in pieces."""
        position = start
        while position < end:
            piece = self.read(position, min(CHUNK_BYTES, end - position))
            if not piece:
                raise OSError("the object became shorter while it was read")
            position += len(piece)
            yield piece

    def pieces_and_close(self, start: int, end: int) -> Iterator[bytes]:
        """A part in pieces; the object is closed after it."""
        with self:
            yield from self.pieces(start, end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Seeking(io.RawIOBase):
    """An opened object as a file; to be buffered, as each read may be a request."""

    name = None
    """pydicom asks for it."""

    def __init__(self, opened: Opened) -> None:
        self._opened, self._position = opened, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._opened.size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read on."""
        length = min(len(buffer), self._opened.size - self._position)
        if length <= 0:
            return 0
        piece = self._opened.read(self._position, length)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
