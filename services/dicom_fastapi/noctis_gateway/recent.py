"""Where objects are that were asked for lately."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from noctis_gateway.caller import Sight
from noctis_gateway.db.apply import Accepted

if TYPE_CHECKING:
    from noctis_gateway.index import StoredFile

MOST: Final = 20_000

Key = tuple[str, str, str]
"""Study, series and object."""


class Recent:
    """Remembers until an event tells of the object; it is forgotten before the sender of the event has its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, dict[Sight, StoredFile]] = OrderedDict()
        self._changes = 0

    def begin(self) -> int:
        """To be called before the index is asked, and given to `put`: what changes in between is not remembered."""
        return self._changes

    def find(self, sight: Sight, key: Key) -> StoredFile | None:
        """Where the object is, for somebody who has been told already that it is there."""
        with self._lock:
            seen = self._known.get(key)
            if seen is None:
                return None
            self._known.move_to_end(key)
            return seen.get(sight)

    def put(self, sight: Sight, key: Key, stored: StoredFile, begun: int) -> None:
        """Remember what the index said."""
        with self._lock:
            if begun != self._changes:
                return
            self._known.setdefault(key, {})[sight] = stored
            self._known.move_to_end(key)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def forget_study(self, study: str) -> None:
        """Forget the objects of a study."""
        with self._lock:
            self._changes += 1
            for key in [key for key in self._known if key[0] == study]:
                del self._known[key]

    def forget(self, accepted: list[Accepted]) -> None:
        """Forget what these events are about."""
        with self._lock:
            self._changes += 1
            for told in accepted:
                event = told.event
                key = event.study_instance_uid, event.series_instance_uid, event.sop_instance_uid
                self._known.pop(key, None)
