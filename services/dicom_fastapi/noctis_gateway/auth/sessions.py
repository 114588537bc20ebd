"""Django's sessions: the cookie of a person who is logged in there, verified by asking Django."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from hashlib import sha256
from typing import Annotated

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from noctis_gateway.auth import signing
from noctis_gateway.caller import Caller, Scope, Sight
from noctis_gateway.settings import Settings

log = logging.getLogger(__name__)

MAX_KNOWN = 10_000
DENIED_FOR_S = 5.0
"""How long a refusal is remembered: a login is seen soon, a flood of bad cookies does not reach Django."""


class Unavailable(Exception):
    """Django cannot be asked now."""


class Answer(BaseModel):
    """What Django says of a session."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    active: bool
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "unknown"
    """A number or code for the log, no name."""
    all: bool = False
    facilities: list[str] = []
    study: str | None = None
    """The only study of a public link."""
    operator: bool = False


class Sessions:
    """What Django said lately, by session. Lives on the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(timeout=5.0, trust_env=False, follow_redirects=False)
        self._known: dict[bytes, tuple[float, Caller | None]] = {}
        self._asking: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def find(self, session_key: str) -> Caller | None:
        """Whose session it is, None when it is nobody's; raises `Unavailable`."""
        if not 1 <= len(session_key) <= 256 or not session_key.isascii():
            return None
        key = sha256(session_key.encode()).digest()
        until, caller = self._known.get(key, (0.0, None))
        if until > time.monotonic():
            return caller
        task = self._asking.get(key)
        if task is None:  # many requests of a page come at once: one question for all of them
            task = self._asking[key] = asyncio.create_task(self._ask(key, session_key))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)

    async def _ask(self, key: bytes, session_key: str) -> Caller | None:
        url, secret = self._settings.session_url, self._settings.django_secret
        if url is None or secret is None:
            return None
        body = json.dumps({"session_key": session_key}).encode()
        api_key = self._settings.django_api_key
        headers = signing.headers(body, secret.get_secret_value(), api_key.get_secret_value() if api_key else "")
        try:
            response = await self._client.post(url, content=body, headers=headers)
            response.raise_for_status()
            answer = Answer.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("sessions: Django cannot be asked (%s)", type(error).__name__)
            raise Unavailable from None
        caller = self._caller(answer, session_key) if answer.active else None
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        held = self._settings.session_ttl_s if caller else min(DENIED_FOR_S, self._settings.session_ttl_s)
        self._known[key] = (time.monotonic() + held, caller)
        return caller

    def _caller(self, answer: Answer, session_key: str) -> Caller:
        scopes: set[Scope] = {"read"}
        if answer.operator:
            scopes |= {"stats", "control"}
        facilities = frozenset(name.upper() for name in answer.facilities)
        sight = Sight(all=answer.all, facilities=facilities, study=answer.study)

        async def still() -> bool:
            try:
                found = await self.find(session_key)
            except Unavailable:
                return False
            return found is not None and found.sight == sight

        return Caller(f"session {answer.user}", frozenset(scopes), sight, still)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
