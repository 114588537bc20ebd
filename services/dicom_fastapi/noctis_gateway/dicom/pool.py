"""The worker processes that read headers and draw pictures, and what they found lately."""

from __future__ import annotations

import multiprocessing
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from noctis_gateway.dicom import worker
from noctis_gateway.dicom.header import Pixels, Unreadable
from noctis_gateway.dicom.worker import Described, Rendering
from noctis_gateway.index import StoredFile
from noctis_gateway.storage import Storage

MAX_CACHED_BYTES: Final = 64 << 20
LIMIT_S: Final = 60.0
"""What takes longer is not read."""


class Headers:
    """Headers of stored objects. Its methods block: not for the event loop."""

    def __init__(self, storage: Storage, processes: int) -> None:
        self._storage = storage
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._cache: OrderedDict[tuple[str, str], tuple[int, Any]] = OrderedDict()
        self._cached = 0

    def describe(self, stored: StoredFile) -> Described:
        """The metadata of an object; raises `Unreadable`, `NotThere` or `StorageFailed`."""
        return self.describe_later(stored)()

    def describe_later(self, stored: StoredFile) -> Callable[[], Described]:
        """Begin to read; the returned function waits for what was found."""
        key = ("json", stored.sha256)
        known = self._get(key)
        if known is not None:
            text, problems = known
            return lambda: Described(zlib.decompress(text), stored.size, problems)
        future = self._submit(worker.describe, self._storage, stored.path)

        def result() -> Described:
            found: Described = self._wait(future)
            if found.size == stored.size:  # else a newer file is in place, whose event is on its way
                packed = zlib.compress(found.text, 1)
                self._put(key, (packed, found.problems), len(packed))
            return found

        return result

    def pixels(self, stored: StoredFile) -> Pixels | None:
        """Where an object's frames are; None when it has no pixels."""
        key = ("pixels", stored.sha256)
        known = self._get(key)
        if known is not None:
            return known[0]  # type: ignore[no-any-return]
        found, size = self._wait(self._submit(worker.pixels, self._storage, stored.path))
        if size != stored.size:
            raise Unreadable("the object is being replaced; ask again")
        self._put(key, (found,), 100 * len(found.spans) if found else 100)
        return found  # type: ignore[no-any-return]

    def bulk(self, stored: StoredFile, path: str) -> bytes | None:
        """A binary value of an object."""
        return self._wait(self._submit(worker.bulk, self._storage, stored.path, path))  # type: ignore[no-any-return]

    def picture(self, stored: StoredFile, how: Rendering) -> bytes:
        """A picture of an object; raises `NoCore` as well."""
        key = (f"picture {how}", stored.sha256)
        known = self._get(key)
        if known is None:
            known = self._wait(self._submit(worker.picture, self._storage, stored.path, how))
            self._put(key, known, len(known))
        return known  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            if self._pool:
                self._pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        with self._lock:
            if self._pool is None:
                # Fresh interpreters: a fork would copy our threads' locks.
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._processes, context, worker.begin)
            try:
                return self._pool.submit(function, *arguments)
            except BrokenProcessPool:
                self._pool = None
        return self._submit(function, *arguments)

    def _wait(self, future: Future[Any]) -> Any:  # noqa: ANN401 (what the worker's function returns)
        try:
            return future.result(LIMIT_S)
        except BrokenProcessPool:
            with self._lock:
                self._pool = None
            raise Unreadable("the object could not be read: it ended the process that tried") from None
        except TimeoutError:
            raise Unreadable("the object takes too long to read") from None

    def _get(self, key: tuple[str, str]) -> Any:  # noqa: ANN401
        with self._lock:
            found = self._cache.get(key)
            if found is None:
                return None
            self._cache.move_to_end(key)
            return found[1]

    def _put(self, key: tuple[str, str], value: object, size: int) -> None:
        with self._lock:
            if key in self._cache:
                return
            self._cache[key] = (size, value)
            self._cached += size
            while self._cached > MAX_CACHED_BYTES:
                _, (gone, _) = self._cache.popitem(last=False)
                self._cached -= gone
