"""Why rows were refused, in the user's words: file, rows, column, value, what was expected and how to put it right.

The findings hold values of the export, so they are for the terminal of the person who asks, and for no log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pyarrow.parquet as pq

from tasks.extract.cells import columns_used
from tasks.extract.model import LandedFile
from tasks.extract.quarantine.state import history_path
from tasks.problems import Problem
from tasks.settings.sources import Source

EXAMPLES = 3
_LONGEST_VALUE = 40
_COLUMNS = ["file", "file_row", "reasons", "columns", "fixes", "first_seen_on", "is_new"]
# What landing says of a value: "due_date: '31/02/2026' is not a date written as %d/%m/%Y".
_ABOUT_A_VALUE = re.compile(r"(?s)\w+: '(.*)' ((?:is|has|does|was) .*)")

# Each key has its own number of rows and its own first row; all of them are one finding.
_ONE_CONFLICT = re.compile(r"(?s)^[0-9]+ rows have this key (\(.*?\)) and different content; the first is row .*$")
_ANY_CONFLICT = r"another row has the same key \1 and different content"


@dataclass
class RefusalGroup:
    """Open rows of one file that are refused for one reason. `examples`: row (1 is the first below the header) and value.

    `file` is the document where the delivery is one of many; `since` the day when the oldest row came that came before.
    """

    file: str
    column: str
    reason: str
    fix: str
    rows: int = 0
    examples: list[tuple[int | None, str]] = field(default_factory=list)
    since: date | None = None

    def add(self, row: int | None, value: str, since: date | None) -> None:
        """Counts a row; the first of different values are kept as examples. `since`: None for a row that is new."""
        self.rows += 1
        if since is not None:
            self.since = min(since, self.since or since)
        if len(self.examples) < EXAMPLES and value not in [known for _, known in self.examples if known]:
            self.examples.append((row, value))


def refusals(file: LandedFile) -> list[RefusalGroup]:
    """The file's rows that are refused and not corrected since, by reason, the commonest first."""
    path = history_path(file.folder.parent.parent) if file.quarantined else None
    if path is None:
        return []
    groups: dict[tuple[str, str, str], RefusalGroup] = {}
    own = [("source", "=", file.source), ("landing_key", "=", file.folder.name), ("status", "=", "open")]
    rows = pq.read_table(path, columns=_COLUMNS, filters=own).to_pylist()
    for row in sorted(rows, key=lambda item: (item["file"], item["file_row"] or 0)):
        for reason, column, fix in zip(row["reasons"] or (), row["columns"] or (), row["fixes"] or (), strict=False):
            found = _ABOUT_A_VALUE.fullmatch(reason)
            value, said = (found[1], found[2]) if found else ("", _ONE_CONFLICT.sub(_ANY_CONFLICT, reason))
            group = groups.setdefault((row["file"], column, said), RefusalGroup(row["file"], column, said, fix))
            group.add(row["file_row"], value, None if row["is_new"] else row["first_seen_on"])
    return sorted(groups.values(), key=lambda group: -group.rows)


def refusal_problems(sources: Iterable[Source], files: Iterable[LandedFile]) -> Iterator[Problem]:
    """One warning per file and reason: how many rows, three of them with their values, and what to do."""
    by_name = {source.name: source for source in sources}
    for file in files:
        for group in refusals(file):
            yield Problem(
                "warning",
                f"{group.file} ({file.source}), {_column(by_name[file.source], group.column)}",
                _said(group),
                group.fix,
            )


def _said(group: RefusalGroup) -> str:
    told = (
        f"{_counted(group.rows)} refused because the value {group.reason}: {_listed(group)}"
        if any(value for _, value in group.examples)
        else f"{_counted(group.rows)} refused: {group.reason} ({_listed(group)})"
    )
    return told + (f"; the oldest since {group.since}" if group.since is not None else "")


def _column(source: Source, column: str) -> str:
    """The column as the file has it, with what it is for us."""
    mapping = source.columns.get(column)
    names = columns_used(mapping) if mapping is not None else ()
    return f"column {' and '.join(repr(name) for name in names)} ({column})" if names else column


def _counted(rows: int) -> str:
    return "1 row is" if rows == 1 else f"{rows} rows are"


def _listed(group: RefusalGroup) -> str:
    shown = [_example(row, value) for row, value in group.examples]
    left = group.rows - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left else "")


def _example(row: int | None, value: str) -> str:
    place = f"row {row}" if row is not None else "a row"
    if not value:
        return place
    return f"{place} '{value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + '…'}'"
