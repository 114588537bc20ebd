"""A tree of files; no way out of it is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from noctis_gateway.storage.opened import NotThere, Opened, parts_of


class OpenedFile(Opened):
    """A file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.status = os.fstat(descriptor)
        self.size = self.status.st_size

    def read(self, offset: int, length: int) -> bytes:
        """Some of the bytes at an offset."""
        return os.pread(self._descriptor, length, offset)

    def read_at_once(self, into: bytearray) -> int:
        """Read from the beginning as far as the bytes are in memory; raises `BlockingIOError` where none are."""
        return os.preadv(self._descriptor, [into], 0, os.RWF_NOWAIT)

    def close(self) -> None:
        """Close it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def file(self) -> BinaryIO:
        """The file itself."""
        return open(os.dup(self._descriptor), "rb")

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True)
class Tree:
    """The receiver's storage root."""

    root: Path

    def open(self, relative: str) -> OpenedFile:
        """A file below the root. No part of the way may be a link, `..` or hidden; raises `NotThere`."""
        parts = parts_of(relative)
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        folder = -1
        try:
            folder = os.open(self.root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            for part in parts[:-1]:
                inner = os.open(part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                os.close(folder)
                folder = inner
            opened = OpenedFile(os.open(parts[-1], flags, dir_fd=folder))
        except OSError:
            raise NotThere from None
        finally:
            if folder >= 0:
                os.close(folder)
        if not stat.S_ISREG(opened.status.st_mode):
            opened.close()
            raise NotThere
        return opened

    def missing(self, paths: Iterable[str]) -> int:
        """How many of these files are not there."""
        return sum(not self._has(path) for path in paths)

    def _has(self, relative: str) -> bool:
        try:
            self.open(relative).close()
        except NotThere:
            return False
        return True

    def space(self) -> tuple[int, int] | None:
        """Free and all bytes of its file system, for this user; None when it is not there."""
        try:
            found = os.statvfs(self.root)
        except OSError:
            return None
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize

    def is_ready(self) -> bool:
        """Whether it is there."""
        return self.space() is not None
