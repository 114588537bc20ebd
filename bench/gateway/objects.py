"""Whole CT instances over HTTP: the gateway straight and behind nginx, beside Orthanc."""

from __future__ import annotations

import argparse
import getpass
import hashlib
import itertools
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pydicom
from made import ct_images
from tests.gateway import event, running, statuses

from tests import nginx
from tests.receiver import free_port

OBJECTS = 400
"""More than Orthanc keeps in its memory (128 MB): each of them is read from its file."""
CONNECTIONS = (1, 4)
TIMES = 4
"""How often each of them is asked for in a measurement: shorter ones are moved by whatever else the machine does."""
LENGTH = re.compile(rb"(?i)content-length: (\d+)")
ORTHANC, STRAIGHT, ACCEL, SAMPLE, ALONE = (
    "Orthanc",
    "gateway, straight",
    "gateway, X-Accel-Redirect",
    "gateway, nginx sample",
    "nginx that asks nobody",
)
GOALS = {STRAIGHT: 1.0, SAMPLE: 3.0}
"""At least so many times Orthanc's rate. `SAMPLE` is `deploy/nginx`: the gateway is asked once for all objects of a study.
`ALONE` is what can be had at most."""

NGINX = """
daemon off; {user} worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile off; output_buffers 1 1m; keepalive_requests 100000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  upstream gateway {{ server {gateway}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost; }}
    location /open/ {{ alias {storage}/; disable_symlinks on from={storage}; }}
    location /stored/ {{ internal; alias {storage}/; disable_symlinks on from={storage}; etag off; add_header ETag $upstream_http_etag; }}
  }}
}}
"""


def listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody does."""
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r:.60} does not listen")


@contextmanager
def program(port: int, *command: str) -> Iterator[None]:
    """A server for as long as it is needed."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        listens(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def fetch(port: int, paths: list[str]) -> None:
    """Get all of them over one connection, with as little work on this side as there can be.

    What arrives is counted and thrown away where it is (`MSG_TRUNC`), so that copying it does not take the servers' processors:
    a client on another machine would not either.
    """
    room = bytearray(1 << 20)
    heads = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/dicom\r\n\r\n".encode()
        for path in paths
    ]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for head in heads:
            connection.sendall(head)
            text = b""
            while b"\r\n\r\n" not in text:
                text += connection.recv(2048)
            fields, _, body = text.partition(b"\r\n\r\n")
            assert fields.startswith(b"HTTP/1.1 200"), fields[:200]
            found = LENGTH.search(fields)
            assert found, fields
            left = int(found[1]) - len(body)
            while left:
                got = connection.recv_into(
                    room, min(left, len(room)), socket.MSG_TRUNC | socket.MSG_WAITALL
                )
                assert got, "the server closed the connection"
                left -= got


def rate(port: int, paths: list[str], connections: int) -> float:
    """Objects a second."""
    shares = [paths[first::connections] for first in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        begin = time.perf_counter()
        for done in [pool.submit(fetch, port, share) for share in shares]:
            done.result()
    return len(paths) / (time.perf_counter() - begin)


def orthanc(stack: ExitStack, folder: Path, files: list[Path]) -> tuple[int, list[str]]:
    """Its port, and the addresses of the objects, which are its own."""
    port = free_port()
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "DicomServerEnabled": False,
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "KeepAlive": True,
        "TcpNoDelay": True,
        "Plugins": [],
    }
    folder.mkdir()
    (folder / "orthanc.json").write_text(json.dumps(settings))
    stack.enter_context(
        program(
            port,
            shutil.which("Orthanc", path=f"{os.environ['PATH']}:/usr/sbin")
            or "Orthanc",
            str(folder / "orthanc.json"),
        )
    )
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False
    ) as client:
        ids = [
            client.post("/instances", content=file.read_bytes()).json()["ID"]
            for file in files
        ]
    return port, [f"/instances/{one}/file" for one in ids]


def gateway(
    stack: ExitStack, folder: Path, files: list[Path], **env: str
) -> tuple[int, list[str], Path]:
    """Its port, the addresses of the objects, and its storage."""
    folder.mkdir()
    served = stack.enter_context(running(folder, NOCTIS_RATE_PER_S="1000000", **env))
    addresses, events = [], []
    for file in files:
        data, header = file.read_bytes(), pydicom.dcmread(file, stop_before_pixels=True)
        told = event(
            header.SOPInstanceUID,
            header.StudyInstanceUID,
            header.SeriesInstanceUID,
            data,
        )
        assert told["sha256"] == hashlib.sha256(data).hexdigest()
        served.store(told, data)
        events.append(told)
        path = told["path"].removesuffix(".dcm").split("/")
        addresses.append("/dicomweb/studies/{}/series/{}/instances/{}".format(*path))
    with served.client() as client:
        assert set(statuses(client, events)) == {"accepted"}
    return int(served.url.rpartition(":")[2]), addresses, served.storage


def plain_nginx(stack: ExitStack, folder: Path, gateway: int, storage: Path) -> int:
    """The port of an nginx to which the gateway hands over each object; below `/open/` it asks nobody."""
    port = free_port()
    folder.mkdir()
    # Its workers are to read what is here for this user only.
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    places = {"user": user, "folder": folder, "storage": storage}
    text = NGINX.format(gateway=f"127.0.0.1:{gateway}", port=port, **places)
    (folder / "nginx.conf").write_text(text)
    command = ("/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    stack.enter_context(program(port, *command))
    return port


def run(options: argparse.Namespace, folder: Path) -> None:
    """Print the table; the servers take turns."""
    files = ct_images(folder / "made", OBJECTS)
    size = files[0].stat().st_size
    with ExitStack() as stack:
        servers = {ORTHANC: orthanc(stack, folder / "orthanc", files)}
        servers[STRAIGHT] = gateway(stack, folder / "straight", files)[:2]
        for name, env in ((ACCEL, {"NOCTIS_ACCEL_REDIRECT": "/stored"}), (SAMPLE, {})):
            place = folder / ("accel" if name == ACCEL else "sample")
            behind, addresses, storage = gateway(
                stack, place, files, NOCTIS_READ_ACCESS="open", **env
            )
            if name == ACCEL:
                port = plain_nginx(stack, place / "nginx", behind, storage)
                found = sorted(storage.rglob("*.dcm"))
                servers[ALONE] = (
                    port,
                    [f"/open/{path.relative_to(storage)}" for path in found],
                )
            else:
                port = free_port()
                listen = f"127.0.0.1:{port}"
                stack.enter_context(
                    nginx.running(
                        place / "nginx", f"http://127.0.0.1:{behind}", listen, storage
                    )
                )
            servers[name] = port, addresses
        rates: dict[tuple[str, int], list[float]] = {}
        for number, connections in itertools.product(
            range(options.repeats + 1), CONNECTIONS
        ):
            for name, (port, paths) in servers.items():
                found = rate(port, paths * TIMES, connections)
                if number:  # the first time is for the caches
                    rates.setdefault((name, connections), []).append(found)
    print(
        f"{OBJECTS} objects of {size} bytes, {options.repeats} rounds; ratios are formed within a round\n"
    )
    print(
        "| server | connections | objects/s, median | min | max | times Orthanc | goal |\n|---|---|---|---|---|---|---|"
    )
    for (name, connections), found in rates.items():
        ratio = statistics.median(
            a / b for a, b in zip(found, rates[ORTHANC, connections], strict=True)
        )
        goal = GOALS.get(name)
        mark = (
            "" if goal is None else f"{goal:g}: {'met' if ratio >= goal else 'MISSED'}"
        )
        cells = f"{statistics.median(found):.0f} | {min(found):.0f} | {max(found):.0f} | {ratio:.2f} | {mark}"
        print(f"| {name} | {connections} | {cells} |")
