"""The one shape every reader delivers: a relation of text columns `r0 … rn` in file order.

Mapping, checks and landing know this shape only; what a CSV, a workbook or a database is stays in its reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlglot import exp

CellKind = Literal["text", "number", "date", "boolean", "other"]


@dataclass(frozen=True)
class SetAsideRows:
    """Rows of a file that are no rows of the contract, such as titles and subtotals, by the reason why."""

    reason: str
    rows: int


def one_account_each(parts: Iterable[SetAsideRows]) -> tuple[SetAsideRows, ...]:
    """One count per reason, whoever found the rows."""
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.reason] += part.rows
    return tuple(SetAsideRows(reason, rows) for reason, rows in sorted(counts.items()) if rows)


@dataclass(frozen=True)
class Refusal:
    """Why a reader or the row rules refuse some rows: those that hold `code` in the relation's column `refusal`."""

    code: str
    column: str
    reason: str
    fix: str


@dataclass(frozen=True)
class RawTable:
    """A source's rows as text.

    `relation` has the columns `r0 … rn` (VARCHAR), in the order of `headers`. `kinds` says what the cells were before
    they became text: all `text` for CSV. `expected_rows` is an independent count of the rows, where the reader has
    one. `is_even`: no line is known to have more or fewer fields than the header. `has_file_rows`: the relation also
    has `file_row`, because lines that could not be split are missing from it; those are in the Parquet file `rejects`
    (file_row, line, text, reason). `set_aside`: rows that the reader itself found to be no data; they are not in the
    relation, and not in `expected_rows`. `refusals`: reasons for which rows cannot be used, whatever their cells say; where
    there are any, the relation has the column `refusal` (VARCHAR, NULL for most rows). `members`: where the rows are of
    several documents, the Parquet file that says of which (file_row, file, row: its name and the row's number in it).
    """

    headers: tuple[str, ...]
    relation: exp.Expr
    kinds: tuple[CellKind, ...]
    expected_rows: int | None = None
    is_even: bool = True
    has_file_rows: bool = False
    rejects: Path | None = None
    set_aside: tuple[SetAsideRows, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    members: Path | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The relation's text columns."""
        return tuple(raw_name(index) for index in range(len(self.headers)))

    @property
    def marks(self) -> tuple[str, ...]:
        """What the relation has beside the text columns."""
        return (*(("file_row",) if self.has_file_rows else ()), *(("refusal",) if self.refusals else ()))

    def column_of(self, header: str) -> str:
        """The relation's name of the column that users know as `header`."""
        return raw_name(self.headers.index(header))


def raw_name(index: int) -> str:
    """The relation's name of the column at `index`; headers may repeat, differ by case only or hold anything."""
    return f"r{index}"


def all_text(width: int) -> tuple[CellKind, ...]:
    """The kinds of a source whose cells were texts from the start."""
    kind: CellKind = "text"
    return (kind,) * width


def unique_headers(names: list[str]) -> tuple[str, ...]:
    """Headers as the mapping refers to them: trimmed, and the second 'Date' becomes 'Date_1'."""
    seen: set[str] = set()
    result = []
    for position, name in enumerate(names):
        base = name.strip() or f"column{position}"
        unique, suffix = base, 0
        while unique in seen:
            suffix += 1
            unique = f"{base}_{suffix}"
        seen.add(unique)
        result.append(unique)
    return tuple(result)
