"""What people did, in the log."""

from __future__ import annotations

import logging

_log = logging.getLogger("noctis_gateway.audit")


def audit(line: str) -> None:
    """One line: who did what. Nothing of a patient."""
    _log.info("%s", line)
