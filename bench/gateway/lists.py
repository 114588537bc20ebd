"""The lists of a large index."""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import time
from pathlib import Path

import httpx
from noctis_gateway.db import apply
from noctis_gateway.db.engine import Database
from noctis_gateway.event import IngestEvent
from noctis_gateway.settings import Settings
from tests.gateway import event, running

SERIES_OF_STUDY, OBJECTS_OF_SERIES = 4, 25
"""10,000 studies of a million objects."""


def fill(path: Path, count: int) -> None:
    """Make the index through the gateway's own way of writing it, without HTTP."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(Settings.from_env({"NOCTIS_FASTAPI_TOKEN": "x", "NOCTIS_GATEWAY_DATABASE": str(path)}))
    begin = time.perf_counter()
    with database.engine.connect() as connection:
        for first in range(0, count, 2000):
            group = [_event(number) for number in range(first, min(first + 2000, count))]
            with connection.begin():
                apply.add(connection, group, lambda told: told.calling_aet)
    took = time.perf_counter() - begin
    database.close()
    size = path.stat().st_size / 1e6
    print(f"{count} objects written in {took:.0f} s ({count / took:.0f}/s, one thread, no HTTP), {size:.0f} MB\n")


def _event(number: int) -> IngestEvent:
    series, place = divmod(number, OBJECTS_OF_SERIES)
    study = series // SERIES_OF_STUDY
    content = event(
        f"1.2.7.{number}",
        f"1.2.3.{study}",
        f"1.2.5.{series}",
        instance_number=place + 1,
        series_number=series % SERIES_OF_STUDY,
        patient_id=f"P{study % 7000}",
        patient_name=f"FAMILY{study % 5000}^GIVEN",
        study_date=f"20{study % 26:02}{study % 12 + 1:02}{study % 28 + 1:02}",
        study_time="101500",
        accession_number=f"A{study}",
        rows=512,
        columns=512,
        image_position_patient=[-250.0, -250.0, place * 1.25],
        image_orientation_patient=[1, 0, 0, 0, 1, 0],
    )
    content["time"] = f"2026-{study % 12 + 1:02}-{study % 28 + 1:02}T10:{study % 60:02}:{place:02}.000001Z"
    content["calling_aet"] = f"CT{study % 40}"
    return IngestEvent.model_validate(content)


def measure(client: httpx.Client, paths: list[str]) -> list[float]:
    """Milliseconds of each answer, sorted."""
    times = []
    for path in paths:
        begin = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, answer.text
    return sorted(times)


def run(options: argparse.Namespace, folder: Path) -> None:
    """Print the table."""
    place = options.keep or folder
    index = place / "index.sqlite"
    if not index.exists():
        fill(index, options.instances)
    studies = options.instances // SERIES_OF_STUDY // OBJECTS_OF_SERIES
    pick = random.Random(1)
    some = [pick.randrange(studies) for _ in range(500)]
    asked = {
        "study list, first 200": ["/studies"] * 500,
        "study list, first 50": ["/studies?limit=50"] * 500,
        "study list, 200 anywhere": [f"/studies?offset={study}" for study in some],
        "series of a study": [f"/studies/1.2.3.{study}/series" for study in some],
        "objects of a series": [f"/studies/1.2.3.{s}/series/1.2.5.{s * SERIES_OF_STUDY}/instances" for s in some],
    }
    print("| request | median ms | p99 ms | max ms |\n|---|---|---|---|")
    with running(place) as gateway, gateway.client() as client:
        measure(client, ["/studies"] * 20)
        for name, paths in asked.items():
            times = measure(client, paths)
            p99 = times[int(len(times) * 0.99)]
            print(
                f"| {name} | {statistics.median(times):.1f} | {p99:.1f} | {times[-1]:.1f} |",
                flush=True,
            )
    for leftover in () if options.keep else ("storage", "page", "wasm"):
        shutil.rmtree(place / leftover, ignore_errors=True)
