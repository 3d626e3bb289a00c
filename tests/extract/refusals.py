"""How tests look at what was refused: a whole source, or single rows."""

from __future__ import annotations

import pytest

from tasks.extract import Extraction
from tasks.problems import SourceProblem
from tests.extract.bench import Bench


def refused(bench: Bench, *sources: dict[str, object]) -> str:
    """What is told of sources that cannot be read, each with what to do."""
    with pytest.raises(SourceProblem) as caught:
        bench.extract(*sources)
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def reasons(bench: Bench, extraction: Extraction) -> list[tuple[object, ...]]:
    """The quarantined rows: line, reasons and columns."""
    return bench.query(extraction, "SELECT file_row, reasons, columns FROM landing.quarantine ORDER BY file_row")
