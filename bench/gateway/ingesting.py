"""Durable ingest over HTTP, beside the receiver's own rate of stored objects."""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

from tests.gateway import BEARER, Gateway, event, running

SECONDS = 4.0
SHAPES = [(1, 100), (2, 100), (1, 1), (8, 1)]
"""Connections and events in a request: the receiver delivers up to 100, over one connection."""
RECEIVER = Path(__file__).resolve().parents[1] / "receiver"
OBJECTS, ASSOCIATIONS = 300, 8
"""What is sent into the receiver; at so many associations it is fastest."""
GOAL = 1.0
"""As the receiver delivers, at least so many times its rate of stored objects: its outbox drains under load."""


def receiver_bench() -> ModuleType:
    """The benchmark of the receiver."""
    sys.path.insert(0, str(RECEIVER))
    spec = importlib.util.spec_from_file_location("receiver_run", RECEIVER / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rate(gateway: Gateway, connections: int, batch: int, numbers: itertools.count[int]) -> float:
    """Events a second that were answered as accepted."""
    bodies: list[list[bytes]] = []
    for _ in range(connections):
        made = []
        for _ in range(max(6000 // batch // connections, 40) if batch > 1 else 3000):
            events = [event(f"1.2.{next(numbers)}", f"1.2.{next(numbers) % 50}") for _ in range(batch)]
            made.append(json.dumps(events).encode())
        bodies.append(made)
    counts = [0] * connections
    end = time.perf_counter() + SECONDS

    def send(position: int) -> None:
        headers = BEARER | {"Content-Type": "application/json"}
        with gateway.client() as client:
            for body in bodies[position]:
                answer = client.post("/ingest", content=body, headers=headers)
                assert answer.status_code == 200
                assert answer.content.count(b'"accepted"') == batch
                counts[position] += batch
                if time.perf_counter() > end:
                    return

    threads = [threading.Thread(target=send, args=(position,)) for position in range(connections)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)


def run(options: argparse.Namespace, folder: Path) -> None:
    """Print the table; the shapes take turns."""
    numbers = itertools.count()
    found: dict[tuple[int, int], list[float]] = {shape: [] for shape in SHAPES}
    stored: list[float] = []
    bench = receiver_bench() if "NOCTIS_RX_RELEASE" in os.environ else None
    files = bench.make_objects(folder / "objects", OBJECTS) if bench else []
    with running(folder) as gateway:
        for _ in range(options.repeats):
            if bench:
                stored.append(bench.measure(bench.ALL[2], files, ASSOCIATIONS, folder)[0])
            for shape in SHAPES:
                found[shape].append(rate(gateway, *shape, numbers))
    print("| connections | events in a request | durable events/s, median | min | max |\n|---|---|---|---|---|")
    for (connections, batch), rates in found.items():
        median = statistics.median(rates)
        print(f"| {connections} | {batch} | {median:.0f} | {min(rates):.0f} | {max(rates):.0f} |")
    if not stored:
        print("\nNOCTIS_RX_RELEASE names no receiver to compare with")
        return
    ratio = statistics.median(events / objects for events, objects in zip(found[SHAPES[0]], stored, strict=True))
    print(
        f"\nThe receiver stores {statistics.median(stored):.0f} objects/s at {ASSOCIATIONS} associations; ",
        end="",
    )
    mark = "met" if ratio >= GOAL else "MISSED"
    print(f"the gateway takes {ratio:.1f} times as many events as it delivers them (at least {GOAL:g}: {mark})")
