"""Who may ask: the gate before every request, and the service token. The default is closed."""

from __future__ import annotations

import hmac
import ipaddress
import json
import logging
import traceback
from collections.abc import MutableMapping
from hashlib import sha256
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from noctis_gateway.settings import Settings

log = logging.getLogger(__name__)

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
        "img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

FREE_PATHS: Final = frozenset({"/healthz", "/ingest"})
"""Not behind the read access: one tells nothing, the other asks for the token itself."""

PROXY_HEADERS: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def has_token(headers: Headers, settings: Settings) -> bool:
    """Whether the request carries the service token. Takes the same time for every wrong one."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    # Digests have one length, so that not even the token's length shows.
    given_digest = sha256(given.strip().encode("latin-1")).digest()  # as its bytes came
    same = hmac.compare_digest(given_digest, sha256(settings.token.get_secret_value().encode()).digest())
    return same and scheme.lower() == "bearer"


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


class Gate:
    """The outermost layer: refuses foreign hosts and readers, adds the security headers, keeps errors discreet."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

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

        refusal = self._refusal(scope)
        if refusal is not None:
            await _answer(send_with_headers, 403, refusal)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # The text of an error may hold what came in, patient data among it: the place is enough.
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
            if started:
                raise _Discreet(type(error).__name__) from None
            await _answer(send_with_headers, 500, "internal error; the gateway's log has its place")

    def _refusal(self, scope: Scope) -> str | None:
        headers, path = Headers(scope=scope), scope["path"]
        client = scope["client"][0] if scope.get("client") else "unknown"
        if not is_allowed_host(headers.get("host", ""), self._settings.allowed_hosts):
            log.warning("refused %s: its Host header is not an allowed name", client)
            return "this host name is not allowed; to allow it, add it to NOCTIS_ALLOWED_HOSTS of the gateway"
        if path in FREE_PATHS or self._settings.open_reads:
            return None
        if is_loopback(scope, headers) or has_token(headers, self._settings):
            return None
        log.warning("refused %s: reads are for this machine only", client)
        return (
            "reads are for clients on the gateway's own machine; to open them to everyone who can reach the gateway, "
            "set NOCTIS_READ_ACCESS=open, or send the service token as Authorization: Bearer"
        )


class _Discreet(Exception):
    """Stands for an error whose text must not reach the server's log."""


def _add_headers(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    # What no endpoint said otherwise about may hold patient data.
    headers.setdefault("Cache-Control", "no-store")


async def _answer(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
