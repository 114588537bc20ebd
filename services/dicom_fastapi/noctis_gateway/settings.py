"""Settings, all from the environment, read once at the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
"""Where the defaults of the paths begin: the gateway runs from its place in the repository."""


class SettingsError(Exception):
    """A setting that is missing or wrong, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one gateway runs with."""

    token: str
    """The service token: full scope, needed to ingest."""
    storage: Path
    """The receiver's storage root; event paths are relative to it."""
    database: Path
    """The SQLite file of the index."""
    wasm_root: Path
    """The folder that holds one folder for each built version of the npm package."""
    page_root: Path
    """The folder of the example page."""
    open_reads: bool
    """Whether everyone may read without the token; else only clients on this machine."""
    allowed_hosts: frozenset[str]
    """Names, besides localhost and IP addresses, by which this gateway may be addressed."""
    heartbeat_s: float
    """Seconds of silence after which an event stream carries a comment."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; raises `SettingsError` when one is missing or wrong."""
        token = environ.get("NOCTIS_FASTAPI_TOKEN", "").strip()
        if not token:
            raise SettingsError(
                "NOCTIS_FASTAPI_TOKEN is not set. Give the gateway and the receiver the same secret, for example "
                'export NOCTIS_FASTAPI_TOKEN="$(openssl rand -hex 32)"'
            )
        access = environ.get("NOCTIS_READ_ACCESS") or "loopback"
        if access not in ("loopback", "open"):
            raise SettingsError('NOCTIS_READ_ACCESS must be "loopback" or "open"')

        def path(name: str, default: str) -> Path:
            return Path(environ.get(name) or REPOSITORY / default).resolve()

        return cls(
            token=token,
            storage=path("NOCTIS_STORAGE", "media/dicom/received"),
            database=path("NOCTIS_GATEWAY_DATABASE", "media/gateway/index.sqlite"),
            wasm_root=path("NOCTIS_WASM_ROOT", "static/wasm"),
            page_root=path("NOCTIS_PAGE_ROOT", "examples/viewer"),
            open_reads=access == "open",
            allowed_hosts=frozenset(
                host.strip().lower().rstrip(".")
                for host in environ.get("NOCTIS_ALLOWED_HOSTS", "").split(",")
                if host.strip()
            ),
            heartbeat_s=_seconds(environ, "NOCTIS_HEARTBEAT_S", 15.0),
        )


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(environ.get(name) or default)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600:
        raise SettingsError(f"{name} must be a number of seconds from 0.1 to 3600")
    return value
