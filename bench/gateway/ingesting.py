"""Durable ingest over HTTP."""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import threading
import time
from pathlib import Path

from tests.gateway import BEARER, Gateway, event, running

SECONDS = 4.0
SHAPES = [(1, 100), (2, 100), (1, 1), (8, 1)]
"""Connections and events in a request: the receiver delivers up to 100, over one connection."""


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
    with running(folder) as gateway:
        for _ in range(options.repeats):
            for shape in SHAPES:
                found[shape].append(rate(gateway, *shape, numbers))
    print("| connections | events in a request | durable events/s, median | min | max |\n|---|---|---|---|---|")
    for (connections, batch), rates in found.items():
        median = statistics.median(rates)
        print(f"| {connections} | {batch} | {median:.0f} | {min(rates):.0f} | {max(rates):.0f} |")
