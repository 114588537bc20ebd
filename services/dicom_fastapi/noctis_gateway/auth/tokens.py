"""Service tokens: the one of the environment, and those of a file of hashes that is read again when it changes.

`python -m noctis_gateway.auth.tokens FILE new NAME --scopes read,stats` adds one and prints it, once. To rotate one:
add its successor under another name, hand that out, `remove` the old one. No restart is needed.
"""

from __future__ import annotations

import argparse
import hmac
import json
import logging
import os
import secrets
import stat
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from noctis_gateway.caller import SCOPES, Caller, Scope, Sight
from noctis_gateway.settings import SettingsError

log = logging.getLogger(__name__)


class Token(BaseModel):
    """What the file keeps of a token: never the token itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    # Tokens are 256 random bits: a plain hash cannot be guessed backwards, as that of a password could.
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scopes: frozenset[Scope]
    facilities: frozenset[str] | None = None
    """Whose studies it may see; absent: everyone's."""
    expires: AwareDatetime | None = None

    def caller(self) -> Caller:
        """Who comes with it."""
        facilities = self.facilities
        sight = (
            Sight(all=True) if facilities is None else Sight(facilities=frozenset(name.upper() for name in facilities))
        )
        return Caller(f"token {self.name}", self.scopes, sight)


class TokenFile(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    tokens: list[Token] = []


class Tokens:
    """All tokens that hold now."""

    def __init__(self, first: str, path: Path | None) -> None:
        """Raises `SettingsError` when there is a file that cannot be used."""
        self._first = Token(name="first", sha256=digest(first), scopes=SCOPES)
        self._path = path
        self._state: tuple[int, int, int] | None = None
        self._tokens: list[Token] = []
        if path is not None:
            try:
                self._load(path)
            except (OSError, ValueError) as error:
                raise SettingsError(f"NOCTIS_TOKENS_FILE: {_why(path, error)}") from None

    def find(self, token: str) -> Caller | None:
        """Who comes with this token. Takes the same time for every wrong one."""
        self._refresh()
        given = digest(token)
        found: Token | None = None
        for known in (self._first, *self._tokens):
            if hmac.compare_digest(known.sha256, given):
                found = known
        if found is None or (found.expires is not None and found.expires <= datetime.now(UTC)):
            return None
        return found.caller()

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            if _state(self._path) != self._state:
                self._load(self._path)
        except (OSError, ValueError) as error:
            # A file that is gone or broken takes no token away that it did not name: the last good state holds.
            if self._state is not None:
                log.error("tokens: %s; the tokens of before hold", _why(self._path, error))
                self._state = None

    def _load(self, path: Path) -> None:
        state = _state(path)
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError("others may write it")
        tokens = TokenFile.model_validate_json(path.read_bytes()).tokens
        self._tokens, self._state = tokens, state
        log.info("tokens: %d of %s", len(tokens), path.name)


def digest(token: str) -> str:
    """The hash of a token. Digests have one length, so that not even a token's length shows."""
    return sha256(token.encode("latin-1", "replace")).hexdigest()


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _why(path: Path, error: Exception) -> str:
    if isinstance(error, ValidationError):
        places = [".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)]
        return f"{path} is not a file of tokens ({', '.join(places[:3]) or 'no JSON'})"
    return f"{path} cannot be used ({error.strerror if isinstance(error, OSError) and error.strerror else error})"


def _save(path: Path, tokens: list[Token]) -> None:
    content = TokenFile(tokens=tokens).model_dump(mode="json", exclude_none=True)
    for token in content["tokens"]:
        token["scopes"] = sorted(token["scopes"])
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Service tokens of the gateway")
    parser.add_argument("file", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="add a token and print it, once")
    new.add_argument("name")
    new.add_argument("--scopes", default="read", help=f"of {', '.join(sorted(SCOPES))}; read by default")
    new.add_argument("--facilities", help="whose studies it may see, by comma; everyone's by default")
    new.add_argument("--days", type=int, help="after which it holds no more")
    commands.add_parser("remove", help="take a token away").add_argument("name")
    commands.add_parser("list", help="names, scopes and ends")
    options = parser.parse_args()
    try:
        known = TokenFile.model_validate_json(options.file.read_bytes()).tokens if options.file.exists() else []
        _run(options, known)
    except (OSError, ValueError) as error:
        sys.exit(f"noctis gateway: {_why(options.file, error)}")


def _run(options: argparse.Namespace, known: list[Token]) -> None:
    if options.command == "list":
        for token in known:
            facilities = ",".join(sorted(token.facilities or ())) or "all facilities"
            print(token.name, ",".join(sorted(token.scopes)), facilities, token.expires or "no end", sep="\t")
        return
    others = [token for token in known if token.name != options.name]
    if options.command == "remove":
        if len(others) == len(known):
            sys.exit(f"noctis gateway: no token is named {options.name}")
        _save(options.file, others)
        return
    if len(others) != len(known):
        sys.exit(f"noctis gateway: there is a token of that name already: {options.name}")
    secret = secrets.token_urlsafe(32)
    content = {"name": options.name, "sha256": digest(secret), "scopes": options.scopes.split(",")}
    if options.facilities:
        content["facilities"] = options.facilities.split(",")
    if options.days:
        content["expires"] = datetime.now(UTC) + timedelta(days=options.days)
    _save(options.file, [*known, Token.model_validate(content)])
    print(secret)


if __name__ == "__main__":
    main()
