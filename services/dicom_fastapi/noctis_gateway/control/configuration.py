"""The receiver's configuration file: shown without secrets, and its canary titles changed."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

import tomlkit

from noctis_gateway.control.manager import Refused

HIDDEN: Final = "(hidden)"
PREFIX: Final = "NOCTIS_RX_"
CANARY_VARIABLE: Final = "NOCTIS_RX_PEERS_CANARY_TITLES"

_SECRET = re.compile(r"(token|password|secret|key)$", re.IGNORECASE)
_PATHS = frozenset({"token_file", "key", "tls.key"})
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")


def hide(value: Any, name: str = "") -> Any:  # noqa: ANN401 (whatever TOML holds)
    """The same with every secret blotted out."""
    if isinstance(value, dict):
        return {key: hide(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [hide(inner, name) for inner in value]
    if isinstance(value, str):
        if _SECRET.search(name) and name.lower() not in _PATHS and not name.endswith("TLS_KEY"):
            return HIDDEN
        return _CREDENTIALS.sub(f"{HIDDEN}@", value)
    return value


def shown(path: Path | None) -> dict[str, Any]:
    """The file and the variables that override it."""
    found: dict[str, Any] = {"file": None, "settings": {}}
    if path is not None:
        try:
            found = {"file": str(path), "settings": hide(tomllib.loads(path.read_text()))}
        except (OSError, ValueError) as error:
            raise Refused(f"{path} cannot be read ({type(error).__name__})") from None
    overrides = {name: hide(value, name) for name, value in os.environ.items() if name.startswith(PREFIX)}
    return found | {"environment": dict(sorted(overrides.items()))}


def canary_titles(path: Path | None) -> list[str]:
    """The titles whose objects are tests."""
    settings = shown(path)["settings"] if path else {}
    return [str(title) for title in settings.get("peers", {}).get("canary_titles", [])]


def own_title(path: Path) -> str:
    """The title of the receiver itself: as a canary title it makes a test of everything."""
    return os.environ.get(f"{PREFIX}AE_TITLE") or str(shown(path)["settings"].get("ae_title", "NOCTIS"))


def set_canary(path: Path | None, program: str, titles: list[str]) -> None:
    """Write the canary titles, everything else as it is; checked by the receiver itself before it takes their place."""
    if path is None:
        raise Refused("NOCTIS_RECEIVER_CONFIG is not set: there is no file to write the titles to")
    if CANARY_VARIABLE in os.environ:
        raise Refused(f"{CANARY_VARIABLE} is set and would win over the file")
    try:
        document = tomlkit.parse(path.read_text())
        peers = document.setdefault("peers", tomlkit.table())
        peers["canary_titles"] = titles
        mode = path.stat().st_mode
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", suffix=".toml", delete=False
        ) as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode & 0o777)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be written ({type(error).__name__})") from None
    new = Path(file.name)
    try:
        command = [program, "check-config", "--config", str(new)]
        check = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=10, check=False)  # noqa: S603 (a setting)
        if check.returncode != 0:
            raise Refused(f"the receiver does not take them: {check.stderr[:300]}")
        new.replace(path)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"{program} cannot be run ({type(error).__name__})") from None
    finally:
        new.unlink(missing_ok=True)
