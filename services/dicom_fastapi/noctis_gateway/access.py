"""The gate before every request: hosts, callers, scopes, limits. The default is closed."""

from __future__ import annotations

import functools
import ipaddress
import json
import logging
import traceback
from collections import Counter
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from noctis_gateway import caller as callers
from noctis_gateway.auth.limits import Buckets
from noctis_gateway.auth.sessions import Sessions, Unavailable
from noctis_gateway.auth.tokens import Tokens
from noctis_gateway.caller import EVERYTHING, Caller
from noctis_gateway.settings import Settings

log = logging.getLogger(__name__)

SECURITY_HEADERS: Final = {
    # What no endpoint said otherwise about may hold patient data.
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
        "img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of every answer that does not say otherwise."""
_RAW_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

FREE_PATHS: Final = frozenset(
    {"/healthz", "/health", "/readyz", "/operator", "/operator/", "/operator/operator.css", "/operator/operator.js"}
)
"""They tell nothing but whether the gateway works, and the operator's page, which asks for a token itself."""

NEEDS: Final[tuple[tuple[str, callers.Scope], ...]] = (
    ("/ingest", "ingest"),
    ("/stats", "stats"),
    ("/metrics", "stats"),
    ("/control", "control"),
)
"""The scope that a path needs; every other needs `read`."""

PROXY_HEADERS: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

ANONYMOUS: Final = ("this machine", "address")
"""How the names of callers without token and session begin."""

FAILURES_PER_S, FAILURES_AT_ONCE = 1.0, 30.0
"""Wrong tokens and sessions from one address, beyond which it waits."""


@functools.lru_cache(maxsize=1000)
def is_allowed_host(host: str, allowed: frozenset[str]) -> bool:
    """Whether a Host header is ours. A name that only an attacker's DNS points here is not (DNS rebinding)."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    name = name.lower().rstrip(".")
    if name == "localhost" or name in allowed:
        return True
    try:  # an address is not looked up, so it cannot be rebound
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def is_loopback(scope: Scope, headers: Headers) -> bool:
    """Whether the request comes from this machine itself, not through a proxy on it."""
    client = scope.get("client")
    if client is None or any(name in headers for name in PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


class Denied(Exception):
    """The answer to a request that goes no further."""

    def __init__(self, status: int, detail: str, log_as: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(log_as)
        self.status, self.detail, self.headers = status, detail, headers or {}


class Gate:
    """The outermost layer: refuses hosts and callers, adds the security headers, keeps errors discreet."""

    def __init__(
        self, app: ASGIApp, settings: Settings, tokens: Tokens, sessions: Sessions, denied: Counter[int]
    ) -> None:
        self._app = app
        self._settings = settings
        self._tokens, self._sessions, self._denied = tokens, sessions, denied
        self._rates = Buckets(settings.rate_per_s, settings.rate_per_s * 10)
        self._failures = Buckets(FAILURES_PER_S, FAILURES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message)
            await send(message)

        try:
            scope.setdefault("state", {})["caller"] = await self._admit(scope)
        except Denied as denied:
            # Neither the address's query nor what a header holds: a search names the patient.
            client = scope["client"][0] if scope.get("client") else "unknown"
            self._denied[denied.status] += 1
            log.warning("denied %s %s, %s: %s", scope["method"], _kind(scope["path"]), client, denied)
            await _answer(send_with_headers, denied.status, denied.detail, denied.headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # The text of an error may hold what came in, patient data among it: the place is enough.
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
            if started:
                raise _Discreet(type(error).__name__) from None
            await _answer(send_with_headers, 500, "internal error; the gateway's log has its place", {})

    async def _admit(self, scope: Scope) -> Caller | None:
        headers, path = Headers(scope=scope), scope["path"]
        if not is_allowed_host(headers.get("host", ""), self._settings.allowed_hosts):
            detail = "this host name is not allowed; to allow it, add it to NOCTIS_ALLOWED_HOSTS of the gateway"
            raise Denied(403, detail, "its Host header is not an allowed name")
        if path in FREE_PATHS:
            return None
        needed = _needed(path)
        client = scope["client"][0] if scope.get("client") else "unknown"
        caller = await self._identify(scope, headers, client)
        if caller is None or (caller.name.startswith(ANONYMOUS) and needed not in caller.scopes):
            raise self._closed(needed)
        if needed not in caller.scopes:
            raise Denied(403, f"this needs the scope {needed!r}", f"{caller.name} lacks the scope {needed}")
        if needed == "read" and caller.name != ANONYMOUS[0] and (wait := self._rates.wait(caller.name)):
            detail = f"too many requests; go on in {wait} s"
            raise Denied(429, detail, f"{caller.name} asks too often", {"Retry-After": str(wait)})
        return caller

    async def _identify(self, scope: Scope, headers: Headers, client: str) -> Caller | None:
        """Who asks: by token, by session, by place."""
        wait = self._failures.wait(client, take=False)
        token, session = _token(headers), _session(headers, self._settings.session_cookie)
        if wait and (token is not None or session is not None):
            # Also for a right one: how long it takes is not to tell which it was.
            raise Denied(429, f"too many failures; go on in {wait} s", "too many failures", {"Retry-After": str(wait)})
        if token is not None:
            found = self._tokens.find(token)
            if found is None:
                self._failures.wait(client)
                challenge = {"WWW-Authenticate": "Bearer"}
                raise Denied(401, "the service token is missing or wrong", "a wrong token", challenge)
            return Caller(found.name, found.scopes, found.sight, self._token_still(token, found))
        if session is not None and self._settings.session_url is not None:
            try:
                found = await self._sessions.find(session)
            except Unavailable:
                detail = "the session cannot be verified now; try again"
                raise Denied(503, detail, "Django cannot be asked about a session", {"Retry-After": "2"}) from None
            if found is not None:
                if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _same_origin(headers):
                    raise Denied(403, "a session acts from its own pages only", f"{found.name} from another origin")
                return found
            self._failures.wait(client)
        reads = callers.Scope.__args__[1:3]  # type: ignore[attr-defined] # read and stats
        if self._settings.read_access == "loopback" and is_loopback(scope, headers):
            return Caller(ANONYMOUS[0], frozenset(reads), EVERYTHING)
        if self._settings.read_access == "open":
            return Caller(f"{ANONYMOUS[1]} {client}", frozenset({"read"}), EVERYTHING)
        return None

    def _token_still(self, token: str, found: Caller) -> Any:  # noqa: ANN401 (as `Caller.still`)
        async def still() -> bool:
            again = self._tokens.find(token)
            return again is not None and (again.scopes, again.sight) == (found.scopes, found.sight)

        return still

    def _closed(self, needed: str) -> Denied:
        if needed != "read":
            challenge = {"WWW-Authenticate": "Bearer"}
            return Denied(401, "the service token is missing or wrong", f"no token for {needed}", challenge)
        detail = (
            "reads need a service token (Authorization: Bearer) or a session; NOCTIS_READ_ACCESS=loopback opens them "
            "to clients on the gateway's own machine, NOCTIS_READ_ACCESS=open to everyone who can reach it"
        )
        return Denied(403, detail, "neither token nor session")


def _needed(path: str) -> callers.Scope:
    for begin, need in NEEDS:
        if path.startswith(begin) and path[len(begin) :][:1] in ("", "/"):
            return need
    return "read"


def _token(headers: Headers) -> str | None:
    """The token of a request, empty for a header that has none; None when it does not come with one."""
    if "authorization" in headers:
        scheme, _, given = headers["authorization"].partition(" ")
        return given.strip() if scheme.lower() == "bearer" else ""
    return headers.get("x-noctis-api-key")


def _session(headers: Headers, name: str) -> str | None:
    cookies = headers.get("cookie")
    if cookies is None:
        return None
    try:
        cookie = SimpleCookie(cookies).get(name)
    except CookieError:
        return None
    return cookie.value if cookie else None


def _same_origin(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sends this."""
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] in ("same-origin", "none")
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "") != ""


def _kind(path: str) -> str:
    """What was asked for, without identifiers."""
    return "/" + "/".join(part if part.isalpha() else "…" for part in path.split("/")[1:4])


class _Discreet(Exception):
    """Stands for an error whose text must not reach the server's log."""


def _add_headers(message: MutableMapping[str, Any]) -> None:
    headers = list(message.get("headers", ()))
    said = {name for name, _ in headers}
    message["headers"] = headers + [header for header in _RAW_HEADERS if header[0] not in said]


async def _answer(send: Send, status: int, detail: str, more: dict[str, str]) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
