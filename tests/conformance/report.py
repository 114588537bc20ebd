"""The table: one line a file, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom.uid import UID

from compare import Verdict

if TYPE_CHECKING:
    from suite import Result

TITLES = {
    "probe": "CPU, native",
    "webgpu": "WebGPU",
    "webgl2": "WebGL2",
    "cpu": "CPU, wasm",
    "cornerstone3d": "cornerstone3D",
    "dwv": "dwv",
    "dicomts": "dicom.ts",
}


@dataclass
class Table:
    """A report, for a terminal and for a file."""

    console: str
    head: list[str]
    rows: list[list[str]]
    totals: list[str]
    wrong: list[str]


def ours(verdict: Verdict | None) -> str:
    """The largest error, or that it is wrong."""
    if verdict is None:
        return "-"
    if verdict.worst is None:
        return "ok" if verdict.right else "ERROR"
    return f"{verdict.worst:g}" if verdict.right else f"WRONG {verdict.worst:g}"


def peer(verdict: Verdict | None) -> str:
    """Right, wrong with the mean error, or nothing."""
    if verdict is None:
        return "-"
    if verdict.worst is None:
        return "nothing"
    return "right" if verdict.right else f"wrong {verdict.mean:.1f}"


def syntax_name(uid: str) -> str:
    """The end of the UID that everybody knows it by."""
    return uid.removeprefix("1.2.840.10008.1.2").lstrip(".") or ("implicit" if uid else "none")


def reasons(result: Result) -> Iterable[str]:
    """What is wrong of ours with a file."""
    for name, verdict in (("stored values", result.stored), *result.pictures.items()):
        if not verdict.right and name not in ("cornerstone3d", "dwv", "dicomts"):
            how = verdict.reason or f"off by up to {verdict.worst:g}, {verdict.mean:.2f} on average"
            yield f"{name}: {how}"


def table(results: Sequence[Result], backends: Iterable[str], peers: Iterable[str]) -> Table:
    """All of it."""
    columns = ["probe", *backends]
    peers = list(peers)
    head = ["file", "syntax", "stored", *(TITLES[name] for name in [*columns, *peers])]
    rows = []
    for result in results:
        row = [f"{result.file.source}/{result.file.name}", syntax_name(result.syntax)]
        if result.must_fail:
            row.append("named" if result.stored.right else f"WRONG {result.stored.reason}")
        else:
            row.append(ours(result.stored))
        row += [ours(result.pictures.get(name)) for name in columns]
        row += [peer(result.pictures.get(name)) for name in peers]
        rows.append(row)
    shown = [result for result in results if not result.must_fail]
    totals = [f"{len(results)} files, {sum(result.right for result in results)} right in everything"]
    right = sum(result.stored.right for result in results)
    totals.append(f"stored values: {right} of {len(results)}")
    for name in columns:
        found = [result.pictures.get(name) for result in shown]
        good = [verdict for verdict in found if verdict is not None and verdict.right]
        worst = max((verdict.worst or 0 for verdict in good), default=0)
        totals.append(
            f"{TITLES[name]}: {len(good)} of {len(shown)} pictures right, largest error among them {worst:g}"
        )
    for name in peers:
        good_ones = sum(1 for result in shown if (verdict := result.pictures.get(name)) and verdict.right)
        nothing = sum(
            1 for result in shown if (verdict := result.pictures.get(name)) is None or verdict.worst is None
        )
        totals.append(f"{TITLES[name]}: {good_ones} of {len(shown)} right, {nothing} not rendered")
    wrong = []
    for result in results:
        if not result.right:
            wrong.append(
                f"{result.file.source}/{result.file.name} [{syntax_name(result.syntax)} {result.kind}]"
            )
            wrong += [f"    {reason}" for reason in reasons(result)]
    return Table(console(head, rows, totals, wrong), head, rows, totals, wrong)


def console(head: list[str], rows: list[list[str]], totals: list[str], wrong: list[str]) -> str:
    """Columns in line."""
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join(["", *lines, "", *(["wrong:", *wrong, ""] if wrong else []), *totals]).rstrip()


def markdown(made: Table) -> str:
    """The same as Markdown, and how it was judged."""
    import compare

    lines = [
        "# Conformance",
        "",
        *(f"- {line}" for line in made.totals),
        "",
        (compare.__doc__ or "").strip(),
        "",
    ]
    lines += [f"| {' | '.join(made.head)} |", f"|{'---|' * len(made.head)}"]
    lines += [f"| {' | '.join(row)} |" for row in made.rows]
    if made.wrong:
        lines += ["", "## Wrong", "", "```", *made.wrong, "```"]
    names = {row[1] for row in made.rows}
    known = {
        name: UID(f"1.2.840.10008.1.2.{name}" if name != "implicit" else "1.2.840.10008.1.2").name
        for name in names
        if name != "none"
    }
    lines += ["", "## Transfer syntaxes", "", *(f"- {name}: {text}" for name, text in sorted(known.items()))]
    return "\n".join(lines) + "\n"
