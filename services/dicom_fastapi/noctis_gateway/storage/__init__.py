"""Where the receiver stores: a tree of files here, or an object store. Both are read alike."""

from __future__ import annotations

from pathlib import Path

from noctis_gateway.storage.bucket import Bucket
from noctis_gateway.storage.opened import NotThere, Opened, StorageFailed
from noctis_gateway.storage.tree import OpenedFile, Tree

Storage = Tree | Bucket

__all__ = ["Bucket", "NotThere", "Opened", "OpenedFile", "Storage", "StorageFailed", "Tree", "storage_at"]


def storage_at(place: str | Path) -> Storage:
    """The storage at a path, or at an address such as `s3://bucket/prefix`; raises `ValueError`."""
    if isinstance(place, str) and "://" in place:
        return Bucket(place.rstrip("/"))
    return Tree(Path(place).resolve())
