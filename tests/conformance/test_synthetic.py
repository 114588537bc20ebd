"""The synthetic set: stored values, and pictures by the CPU and on every backend in Chromium."""

from __future__ import annotations

import pytest

import corpus
import report
import suite

FILES = corpus.synthetic(suite.OUTPUT)


@pytest.fixture(scope="module")
def results() -> dict[str, suite.Result]:
    """What came of each file; all of them in one browser."""
    return {result.file.name: result for result in suite.check(FILES)}


def test_number_of_files() -> None:
    assert len(FILES) == 257


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_stored_values_and_pictures(name: str, results: dict[str, suite.Result]) -> None:
    result = results[name]
    assert set(result.pictures) == {"probe", *suite.BACKENDS}
    assert result.right, "\n".join(report.reasons(result))
