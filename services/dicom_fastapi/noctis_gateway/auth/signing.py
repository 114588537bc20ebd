"""How a request to Django is signed: HMAC-SHA-256 over the time and the body, beside the service API key."""

from __future__ import annotations

import hmac
import time
from hashlib import sha256

SIGNATURE = "X-Noctis-Signature"
API_KEY = "X-Noctis-Api-Key"


def headers(body: bytes, secret: str, api_key: str) -> dict[str, str]:
    """The header fields of a signed request: `t=<seconds>,v1=<hexadecimal HMAC of "<seconds>." and the body>`."""
    now = str(int(time.time()))
    mac = hmac.new(secret.encode(), f"{now}.".encode() + body, sha256).hexdigest()
    return {"Content-Type": "application/json", SIGNATURE: f"t={now},v1={mac}", API_KEY: api_key}
