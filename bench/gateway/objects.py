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

from tests.receiver import free_port

OBJECTS = 400
"""More than Orthanc keeps in its memory (128 MB): each of them is read from its file."""
CONNECTIONS = (1, 4)
LENGTH = re.compile(rb"(?i)content-length: (\d+)")
GOALS = {"gateway, straight": 1.0, "gateway, behind nginx": 3.0}
"""At least so many times Orthanc's rate."""

NGINX = """
daemon off; {user} worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  upstream gateway {{ server {gateway}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost; }}
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
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        listens(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def fetch(port: int, paths: list[str]) -> None:
    """Get all of them over one connection, with as little work on this side as there can be."""
    room = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for path in paths:
            head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/dicom\r\n\r\n"
            connection.sendall(head.encode())
            text = b""
            while b"\r\n\r\n" not in text:
                text += connection.recv(65536)
            fields, _, body = text.partition(b"\r\n\r\n")
            assert fields.startswith(b"HTTP/1.1 200"), fields[:200]
            found = LENGTH.search(fields)
            assert found, fields
            left = int(found[1]) - len(body)
            while left:
                got = connection.recv_into(room, min(left, len(room)))
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
            shutil.which("Orthanc", path=f"{os.environ['PATH']}:/usr/sbin") or "Orthanc",
            str(folder / "orthanc.json"),
        )
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
        ids = [client.post("/instances", content=file.read_bytes()).json()["ID"] for file in files]
    return port, [f"/instances/{one}/file" for one in ids]


def gateway(stack: ExitStack, folder: Path, files: list[Path], **env: str) -> tuple[int, list[str], Path]:
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


def run(options: argparse.Namespace, folder: Path) -> None:
    """Print the table; the servers take turns."""
    files = ct_images(folder / "made", OBJECTS)
    size = files[0].stat().st_size
    with ExitStack() as stack:
        servers = {"Orthanc": orthanc(stack, folder / "orthanc", files)}
        servers["gateway, straight"] = gateway(stack, folder / "straight", files)[:2]
        behind, addresses, storage = gateway(
            stack,
            folder / "behind",
            files,
            NOCTIS_ACCEL_REDIRECT="/stored",
            NOCTIS_READ_ACCESS="open",
        )
        port, place = free_port(), folder / "nginx"
        place.mkdir()
        # Its workers are to read what is here for this user only.
        user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
        text = NGINX.format(
            user=user,
            folder=place,
            gateway=f"127.0.0.1:{behind}",
            port=port,
            storage=storage,
        )
        (place / "nginx.conf").write_text(text)
        stack.enter_context(
            program(
                port,
                "/usr/sbin/nginx",
                "-p",
                str(place),
                "-c",
                str(place / "nginx.conf"),
            )
        )
        servers["gateway, behind nginx"] = port, addresses
        rates: dict[tuple[str, int], list[float]] = {}
        for number, connections in itertools.product(range(options.repeats + 1), CONNECTIONS):
            for name, (port, paths) in servers.items():
                found = rate(port, paths, connections)
                if number:  # the first time is for the caches
                    rates.setdefault((name, connections), []).append(found)
    print(f"{OBJECTS} objects of {size} bytes, {options.repeats} rounds; ratios are formed within a round\n")
    print(
        "| server | connections | objects/s, median | min | max | times Orthanc | goal |\n|---|---|---|---|---|---|---|"
    )
    for (name, connections), found in rates.items():
        ratio = statistics.median(a / b for a, b in zip(found, rates["Orthanc", connections], strict=True))
        goal = GOALS.get(name)
        mark = "" if goal is None else f"{goal:g}: {'met' if ratio >= goal else 'MISSED'}"
        cells = f"{statistics.median(found):.0f} | {min(found):.0f} | {max(found):.0f} | {ratio:.2f} | {mark}"
        print(f"| {name} | {connections} | {cells} |")
