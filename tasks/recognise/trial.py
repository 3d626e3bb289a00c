"""Lands proposed sources before they are written down: what arrives, what is refused and why, and the first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from tasks.checks.refused_rows import refusals
from tasks.contracts.load import load_contract
from tasks.extract import extract
from tasks.extract.model import LandedFile
from tasks.paths import WorkspacePaths
from tasks.problems import Problem, UserProblem
from tasks.settings.load import Workspace, parse_settings
from tasks.settings.sources import Source

PREVIEW_ROWS = 3
_REASONS_SHOWN = 3
LARGEST_TRIED = 400_000_000
"""Bytes; a larger file is described and not tried, for that would take minutes."""


@dataclass(frozen=True)
class Trial:
    """What landing made of one source. `preview`: contract column to the values of the first rows, columns without any left out."""

    rows_in: int = 0
    landed: int = 0
    quarantined: int = 0
    duplicates: int = 0
    set_aside: tuple[tuple[str, int], ...] = ()
    reasons: tuple[str, ...] = ()
    preview: Mapping[str, tuple[str, ...]] | None = None
    problems: tuple[Problem, ...] = ()


def try_source(root: Path, company: Mapping[str, object], entry: Mapping[str, object], *, as_of: date) -> Trial:
    """Lands the source `entry` of a workspace in `root`; the landing stays, so that a later run does not read the file again."""
    try:
        workspace = _workspace_of_one(root, company, entry)
        files = extract(workspace, as_of=as_of).files
    except UserProblem as problem:
        return Trial(problems=tuple(problem.problems))
    aside: Counter[str] = Counter()
    for file in files:
        aside.update({item.reason: item.rows for item in file.set_aside})
    return Trial(
        rows_in=sum(file.rows_in for file in files),
        landed=sum(file.landed for file in files),
        quarantined=sum(file.quarantined for file in files),
        duplicates=sum(file.duplicates for file in files),
        set_aside=tuple(sorted(aside.items())),
        reasons=tuple(reason for file in files for reason in _reasons(file))[:_REASONS_SHOWN],
        preview=next((_preview(file) for file in files if file.landed), None),
    )


def _workspace_of_one(root: Path, company: Mapping[str, object], entry: Mapping[str, object]) -> Workspace:
    """Settings demand receivables, and one source is wanted: the other is a stand-in that is taken away again."""
    stand_in = {"name": "stand_in", "contract": "receivables", "path": "none", "columns": {}}
    settings = parse_settings({"company": dict(company), "sources": [dict(entry), stand_in]}, "proposal")
    wanted: tuple[Source, ...] = settings.sources[:1]
    return Workspace(WorkspacePaths(root), settings.model_copy(update={"sources": wanted}))


def _reasons(file: LandedFile) -> tuple[str, ...]:
    """The commonest reasons for which rows were refused, with how many rows each and the first of them."""
    return tuple(
        f"{group.rows} {'row' if group.rows == 1 else 'rows'}: {group.column}: {group.reason} (row {group.examples[0][0]})"
        for group in refusals(file)[:_REASONS_SHOWN]
    )


def _preview(file: LandedFile) -> dict[str, tuple[str, ...]]:
    with pq.ParquetFile(file.rows_path) as rows:
        stored = frozenset(rows.schema_arrow.names)
        wanted = [
            column.name
            for column in load_contract(file.contract).columns
            if column.name != "company_id" and column.name in stored
        ]
        batch = next(rows.iter_batches(batch_size=PREVIEW_ROWS, columns=[*wanted, "problems"]), None)
    kept = [row for row in batch.to_pylist() if row["problems"] is None] if batch is not None else []
    cells = {name: tuple("" if row[name] is None else str(row[name]) for row in kept) for name in wanted}
    return {name: values for name, values in cells.items() if any(values)}
