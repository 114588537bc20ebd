"""Holds files against the standard: stored values, pictures by the CPU and in a browser, and other viewers beside ours.

`python suite.py [FOLDER] [--only TEXT] [--no-peers] [--backend B]`; `cargo xtask conformance` makes ready what it needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset

import color_model
import compare
import corpus
import report
import truth
from compare import Expected, Verdict
from corpus import File
from graphics import attribute

REPOSITORY = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
OUTPUT = TARGET / "conformance"
# What is read again at once; of this process alone.
SCRATCH = Path(tempfile.gettempdir()) / f"noctis-conformance-{os.getpid()}"
BACKENDS = ("webgpu", "webgl2", "cpu")
PEERS = ("cornerstone3d", "dwv", "dicomts")


@dataclass
class Result:
    """What came of one file."""

    file: File
    syntax: str = ""
    # The first letters of the photometric interpretation, bits: what kind of picture it is.
    kind: str = ""
    stored: Verdict = field(default_factory=lambda: Verdict(False, reason="not looked at"))
    truth: str = ""
    expected: dict[int, Expected] = field(default_factory=dict)
    # By viewer: "probe", a backend, a peer.
    pictures: dict[str, Verdict] = field(default_factory=dict)
    # An error is what is expected of this file.
    must_fail: str = ""

    @property
    def right(self) -> bool:
        """Whether everything of ours is."""
        ours = [verdict for name, verdict in self.pictures.items() if name not in PEERS]
        return self.stored.right and all(verdict.right for verdict in ours)


def probe_path() -> Path:
    """The built `noctis-probe`."""
    return Path(os.environ.get("NOCTIS_PROBE", TARGET / "debug" / "noctis-probe"))


def probe(*arguments: str | Path) -> dict[str, Any]:
    """The line that `noctis-probe` says; a panic and a hang are errors like others."""
    command = [str(probe_path()), *map(str, arguments)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        said: dict[str, Any] = json.loads(run.stdout.splitlines()[0])
    except subprocess.TimeoutExpired:
        said = {"ok": False, "error": {"kind": "TIMEOUT", "message": "no answer in 120 s"}}
    except (json.JSONDecodeError, IndexError):
        said = {"ok": False, "error": {"kind": "PANIC", "message": run.stderr[-300:]}}
    return said


def complaint(said: dict[str, Any]) -> str:
    """The error of a probe's line, in words."""
    return f"{said['error']['kind']}: {said['error']['message']}"


def stored_values(file: File, known: truth.Truth) -> tuple[Verdict, np.ndarray | None]:
    """Ours against the truth, and ours."""
    raw = SCRATCH / "stored.raw"
    said = probe(file.path, "--raw", raw)
    if not said["ok"]:
        return Verdict(False, reason=complaint(said)), None
    content = raw.read_bytes()
    theirs = known.frames
    if len(content) != theirs.nbytes:
        return Verdict(False, reason=f"{len(content)} bytes instead of {theirs.nbytes}"), None
    mine = np.frombuffer(content, theirs.dtype).reshape(theirs.shape)
    hashes = [hashlib.sha256(np.ascontiguousarray(frame).tobytes()).hexdigest() for frame in mine]
    if said["stored_sha256"] != hashes:
        return Verdict(False, reason="the hashes are not those of the values"), mine
    if theirs.dtype.kind == "f":
        return Verdict(bool(np.array_equal(mine, theirs)), reason="exact or not"), mine
    errors = [np.abs(mine.astype(np.int64) - theirs.astype(np.int64))]
    if known.other is not None and known.other.shape == mine.shape:
        errors.append(np.abs(mine.astype(np.int64) - known.other.astype(np.int64)))
    nearest = min(errors, key=lambda error: int(error.max()))
    worst = int(nearest.max())
    return Verdict(worst <= known.tolerance, worst, float(nearest.mean())), mine


def frames_of(file: File, count: int) -> list[int]:
    """The frames whose pictures are looked at."""
    known = file.path.with_suffix(".json")
    if file.source == "synthetic" and known.exists():
        return list(json.loads(known.read_text())["frames"])
    return [0] if count == 1 else [0, count - 1]


def expect(flat: np.ndarray, dataset: Dataset, frame: int, is_lossy: bool) -> Expected:
    """What a viewer must show of a frame whose picture at a pixel a pixel is `flat`."""
    ratio = color_model.aspect(dataset, frame)
    picture, sure = color_model.fitted(flat, ratio)
    has_window = flat.ndim == 3 or any(
        attribute(dataset, frame, "FrameVOILUTSequence", name) for name in ("WindowCenter", "VOILUTSequence")
    )
    return Expected(picture, sure, is_lossy, has_window, ratio == 1)


def look_at(file: File) -> Result:
    """Stored values and the CPU's picture of a file, and what the browser must show."""
    result = Result(file)
    dataset = truth.read(file.path)
    meta = getattr(dataset, "file_meta", Dataset())
    result.syntax = str(meta.get("TransferSyntaxUID", ""))
    result.kind = f"{dataset.get('PhotometricInterpretation', '')} {dataset.get('BitsStored', dataset.get('BitsAllocated'))}"
    if file.path.name in truth.BROKEN:
        result.must_fail = truth.BROKEN[file.path.name]
        said = probe(file.path)
        kind = "no error" if said["ok"] else said["error"]["kind"]
        result.stored = Verdict(kind == result.must_fail, reason=kind)
        return result
    try:
        known = truth.of(file.path, dataset)
    except truth.NoTruthError as error:
        said = probe(file.path)
        ours = "we read it" if said["ok"] else complaint(said)
        result.stored = Verdict(False, reason=f"NO TRUTH: {error}; {ours}")
        return result
    result.truth = f"{known.source}{'; ' if known.note else ''}{known.note}"
    result.stored, mine = stored_values(file, known)
    is_lossy = result.syntax in truth.LOSSY
    shown = mine if is_lossy and mine is not None and result.stored.right else known.frames
    for frame in frames_of(file, len(shown)):
        is_rgb = truth.STREAM_IS_RGB.get(file.path.name)
        flat = color_model.displayed(shown[frame], dataset, frame, is_rgb=is_rgb)
        kept = color_model.displayed(
            shown[frame], color_model.steady(dataset, shown[0]), frame, is_rgb=is_rgb
        )
        result.expected[frame] = expect(kept, dataset, frame, is_lossy)
        everywhere = np.ones(flat.shape[:2], bool)
        note(result, "probe", frame, rendered(file, frame), Expected(flat, everywhere, is_lossy, True, True))
    return result


def safely(file: File) -> Result:
    """As `look_at`; a file that the references or the model cannot take is a result like others."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return look_at(file)
    except Exception as error:  # noqa: BLE001  # pydicom raises anything on files from elsewhere
        return Result(file, stored=Verdict(False, reason=f"NO TRUTH: {type(error).__name__}: {error}"))


def rendered(file: File, frame: int) -> np.ndarray | str:
    """The CPU's picture, or why there is none."""
    target = SCRATCH / "rendered.png"
    said = probe(file.path, "--render", target, "--frame", str(frame))
    return np.asarray(Image.open(target)) if said["ok"] else complaint(said)


def note(result: Result, viewer: str, frame: int, actual: np.ndarray | str, expected: Expected) -> None:
    """Judges a picture; keeps the worst verdict of a file's frames, and the pictures of what is wrong of ours."""
    if isinstance(actual, str):
        verdict = Verdict(False, reason=actual)
    else:
        verdict = (compare.peer if viewer in PEERS else compare.ours)(actual, expected)
        if not verdict.right and viewer not in PEERS:
            keep(result.file, viewer, frame, actual, expected.picture)
    before = result.pictures.get(viewer)
    if (
        before is None
        or (before.right and not verdict.right)
        or (before.right == verdict.right and (verdict.worst or 0) > (before.worst or 0))
    ):
        result.pictures[viewer] = verdict


def keep(file: File, viewer: str, frame: int, actual: np.ndarray, expected: np.ndarray) -> None:
    """Expected, actual and difference, side by side."""
    folder = OUTPUT / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    a, b = compare.same_shape(actual, expected)
    parts = [b, a]
    if a.shape == b.shape:
        difference = np.abs(a - b)
        parts.append(np.where(difference == 0, 0, np.minimum(255, difference + 127)))
    height = max(part.shape[0] for part in parts)
    padded = [np.pad(part, ((0, height - part.shape[0]), (0, 4), (0, 0))) for part in parts]
    made = np.concatenate([np.repeat(part, 3 // part.shape[2], axis=2) for part in padded], axis=1)
    Image.fromarray(made.astype("u1")).save(folder / f"{file.id}-{frame}-{viewer}.png")


def in_browser(results: list[Result], viewers: Iterable[str], script: Path) -> None:
    """Pictures of all files by some viewers in Chromium."""
    viewers = list(viewers)
    work = []
    for index, result in enumerate(results):
        for frame, expected in result.expected.items():
            if frame > 0 and viewers[0] in PEERS:
                continue
            rows, columns = expected.picture.shape[:2]
            name = f"{index:04d}-{frame}"
            work.append(
                {
                    "index": index,
                    "id": name,
                    "path": str(result.file.path),
                    "frame": frame,
                    "size": [columns, rows],
                }
            )
    folder = OUTPUT / "peers" if viewers[0] in PEERS else SCRATCH
    manifest = SCRATCH / "manifest.json"
    manifest.write_text(json.dumps({"work": work, "viewers": viewers, "folder": str(folder)}))
    child = subprocess.Popen(
        ["node", str(script), str(manifest)], stdout=subprocess.PIPE, text=True, cwd=script.parent
    )
    assert child.stdout is not None
    done = 0
    for line in child.stdout:
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            print(line.rstrip())
            continue
        item = work[said["item"]]
        result, frame = results[item["index"]], item["frame"]
        actual = said.get("error") or np.asarray(Image.open(said["picture"]).convert("RGB"))
        note(result, said["viewer"], frame, actual, result.expected[frame])
        done += 1
        progress(done, len(work) * len(viewers), f"{said['viewer']} {result.file.name}")
    if child.wait() != 0:
        sys.exit(f"{script.name} ended with {child.returncode}")


def progress(done: int, total: int, text: str) -> None:
    """A status line on a terminal, a line now and then elsewhere."""
    if sys.stdout.isatty():
        end = "\n" if done == total else ""
        print(f"\r\x1b[2K  {done} / {total}  {text[:80]}", end=end, flush=True)
    elif done % 50 == 0 or done == total:
        print(f"  {done} / {total}  {text}", flush=True)


def check(files: list[File], backends: Iterable[str] = BACKENDS, peers: bool = False) -> list[Result]:
    """Everything about these files."""
    shutil.rmtree(OUTPUT / "failures", ignore_errors=True)
    SCRATCH.mkdir(exist_ok=True)
    try:
        results = []
        for index, file in enumerate(files):
            results.append(safely(file))
            progress(index + 1, len(files), f"stored values, CPU: {file.name}")
        if backends:
            in_browser(results, backends, REPOSITORY / "tests/browser/conformance/pictures.mjs")
        if peers:
            in_browser(results, PEERS, REPOSITORY / "bench/viewer/pictures.mjs")
    finally:
        shutil.rmtree(SCRATCH)
    return results


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="cargo xtask conformance", description="Hold DICOM files against the standard"
    )
    parser.add_argument("folder", nargs="?", type=Path, help="these files instead of the repository's set")
    parser.add_argument("--only", metavar="TEXT", help="files whose source or name contains TEXT")
    parser.add_argument("--no-peers", action="store_true", help="ours only")
    parser.add_argument(
        "--backend", choices=BACKENDS, action="append", help="in the browser (default: all three)"
    )
    return parser.parse_args()


def main() -> int:
    """Checks, prints the table, and says whether all is right."""
    chosen = options()
    if chosen.folder:
        if not chosen.folder.is_dir():
            sys.exit(f"{chosen.folder} is no folder")
        files = list(corpus.files(chosen.folder.name, chosen.folder.resolve()))
    else:
        files = corpus.everything(OUTPUT)
    if chosen.only:
        files = [file for file in files if chosen.only in f"{file.source}/{file.name}"]
    if not files:
        sys.exit("no file with pixels")
    backends = chosen.backend or BACKENDS
    results = check(files, backends, not chosen.no_peers)
    text = report.table(results, backends, () if chosen.no_peers else PEERS)
    (OUTPUT / "report.md").write_text(report.markdown(text))
    print(text.console)
    print(
        "\nThe report: target/conformance/report.md; pictures of what is wrong: target/conformance/failures/"
    )
    return 0 if all(result.right for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
