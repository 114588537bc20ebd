"""One gateway for the tests that need nothing special of it; each works in studies of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.gateway import Gateway, running


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The shared gateway."""
    with running(tmp_path_factory.mktemp("gateway")) as shared:
        yield shared


@pytest.fixture
def client(gateway: Gateway) -> Iterator[httpx.Client]:
    """A client of the shared gateway."""
    with gateway.client() as client:
        yield client


@pytest.fixture
def study(request: pytest.FixtureRequest) -> str:
    """A study UID that no other test uses."""
    return f"1.2.999.{int.from_bytes(request.node.nodeid.encode()[-20:])}"
