"""Whether a request is the gateway's: `X-Noctis-Signature` over time and body, and the API key."""

import hmac
import time
from hashlib import sha256

from django.conf import settings

TOLERANCE_S = 300
"""How old a signature may be; a repeated request within it has no second effect, by its event ids."""


def is_signed(request):
    """Whether signature, time and key are right. Without a configured secret nothing is."""
    secret, key = settings.NOCTIS_SECRET, settings.NOCTIS_API_KEY
    if not secret or not hmac.compare_digest(key, request.headers.get("X-Noctis-Api-Key", "")):
        return False
    fields = dict(part.partition("=")[::2] for part in request.headers.get("X-Noctis-Signature", "").split(","))
    made, given = fields.get("t", ""), fields.get("v1", "")
    if not (made.isascii() and made.isdigit()) or abs(time.time() - int(made[:12])) > TOLERANCE_S:
        return False
    expected = hmac.new(secret.encode(), f"{made}.".encode() + request.body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.encode())
