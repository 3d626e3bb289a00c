"""Lists for people as CSV that opens well in a spreadsheet, and the rows of a query that such a list is made of."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tasks.private_files import private_file
from tasks.segment.reasons import Language
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.connection import Connection

Cell = str | int | Decimal | date | None
_ROWS_AT_A_TIME = 10_000
_INNER_FORMULA = re.compile(r"""([;,\t]["'\s]*)(?=[=@＝＠]|[+-][A-Za-z(])""")
"""What begins like a formula after a mark by which a spreadsheet of another country would split the cell, whatever quotes are around it."""


def write_csv(path: Path, headings: Iterable[str], rows: Iterable[Iterable[Cell]], *, language: Language) -> Path:
    """Writes a list, readable by its owner only; what was there is replaced.

    UTF-8 with its mark, semicolons where commas are decimal, and no cell that could become a formula: what begins like one, as
    `+34 …`, has an apostrophe before it, also within a cell where another country's spreadsheet would split it.
    """
    with private_file(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter="," if language == "en" else ";", lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows([_text(cell, language) for cell in row] for row in rows)
    return path


def rows_of(connection: Connection, query: str) -> tuple[Sequence[str], Iterator[dict[str, Cell]]]:
    """The names of a query's columns, and its rows by name, not all of them in memory."""
    cursor = connection.execute(query)
    names = [str(column[0]) for column in cursor.description or ()]

    def rows() -> Iterator[dict[str, Cell]]:
        while found := cursor.fetchmany(_ROWS_AT_A_TIME):
            for values in found:
                yield dict(zip(names, values, strict=True))

    return names, rows()


def _text(cell: Cell, language: Language) -> str:
    if isinstance(cell, Decimal):
        return str(cell) if language == "en" else str(cell).replace(".", ",")
    return "" if cell is None else _INNER_FORMULA.sub(r"\1'", cell_text(str(cell)))
