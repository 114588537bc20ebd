"""Real Redis and NATS servers that can be killed and started again, and what arrived in them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import ssl
import subprocess
from pathlib import Path
from typing import Any

import nats
import redis
from nats.errors import Error as NatsError
from rx_harness import Event, eventually, free_port
from rx_tls import Site

Arrived = list[tuple[str, str, Event]]
"""Id and type beside the event, and the event, oldest first."""


def program(name: str) -> str:
    """Debian puts servers where not every user looks for programs."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert path is not None, f"{name} is missing: cargo xtask setup"
    return path


class Broker:
    """A server with a folder of its own, on one port for all of its lives."""

    def __init__(self, folder: Path, site: Site | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        # With certificates it speaks TLS only.
        self.site = site
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir()

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def arrived(self) -> Arrived:
        raise NotImplementedError

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(self.answers, f"{self.command()[0]} answers")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=30)
            self.process = None


class RedisServer(Broker):
    """Redis that syncs every command."""

    def command(self) -> list[str]:
        listen = ["--port", str(self.port)]
        if self.site is not None:
            pair = self.site.receiver
            listen = [
                *("--port", "0", "--tls-port", str(self.port)),
                *("--tls-cert-file", str(pair.certificate)),
                *("--tls-key-file", str(pair.key)),
                *("--tls-ca-cert-file", str(self.site.ca), "--tls-auth-clients", "no"),
            ]
        return [
            *(program("redis-server"), "--bind", "127.0.0.1", *listen),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
            *("--unixsocket", str(self.folder / "redis.sock")),
        ]

    def client(self) -> redis.Redis:
        if self.site is None:
            return redis.Redis(port=self.port, decode_responses=True)
        return redis.Redis(
            port=self.port,
            decode_responses=True,
            ssl=True,
            ssl_ca_certs=str(self.site.ca),
        )

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def arrived(self, stream: str = "noctis:ingest") -> Arrived:
        with self.client() as client:
            entries: Any = client.xrange(stream)
        return [
            (fields["event_id"], fields["type"], json.loads(fields["event"]))
            for _, fields in entries
        ]


class NatsServer(Broker):
    """NATS with JetStream in files."""

    def command(self) -> list[str]:
        secure: list[str] = []
        if self.site is not None:
            pair = self.site.receiver
            secure = [
                *("--tls", "--tlscert", str(pair.certificate)),
                *("--tlskey", str(pair.key)),
            ]
        return [
            *(program("nats-server"), *secure, "-a", "127.0.0.1", "-p", str(self.port)),
            *("-js", "-sd", str(self.folder / "jetstream")),
        ]

    def answers(self) -> bool:
        async def connect() -> bool:
            client = await nats.connect(
                self.url, allow_reconnect=False, tls=self.context()
            )
            try:
                await client.jetstream().account_info()
            finally:
                await client.close()
            return True

        try:
            return asyncio.run(connect())
        except (OSError, NatsError, TimeoutError):
            return False

    def context(self) -> ssl.SSLContext | None:
        if self.site is None:
            return None
        return ssl.create_default_context(cafile=str(self.site.ca))

    @property
    def url(self) -> str:
        scheme = "nats" if self.site is None else "tls"
        return f"{scheme}://127.0.0.1:{self.port}"

    def arrived(self, stream: str = "NOCTIS_INGEST") -> Arrived:
        async def read() -> Arrived:
            client = await nats.connect(self.url, tls=self.context())
            try:
                jetstream = client.jetstream()
                last = (await jetstream.stream_info(stream)).state.messages
                found: Arrived = []
                for sequence in range(1, last + 1):
                    message = await jetstream.get_msg(stream, sequence)
                    assert message.subject is not None and message.data is not None
                    headers = message.headers or {}
                    kind = message.subject.removeprefix("noctis.ingest.")
                    found.append(
                        (headers["Nats-Msg-Id"], kind, json.loads(message.data))
                    )
                return found
            finally:
                await client.close()

        return asyncio.run(read())
