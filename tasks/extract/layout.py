"""What layouts of texts and workbooks have in common: finding the header row, and cells before it as columns.

Rows that are passed over in search of the header are counted, so that a table that stands before the expected one does
not vanish; rows that `skip_rows` names are the user's own decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tasks.extract.expressions import labelled, name, select, text
from tasks.extract.raw import RawTable, Refusal, SetAsideRows, all_text, raw_name
from tasks.problems import SourceProblem, UserProblem
from tasks.settings.formats import Layout, PreambleCell
from tasks.warehouse.connection import Connection

MOST_ROWS_BEFORE_HEADER = 1_000
BEFORE_HEADER = "before_header"
BLANK_ROW = "blank_row"
TOO_LONG = Refusal(
    "too_long",
    "(row)",
    "the row has more cells than the header",
    "Correct the row in the export; a value with a delimiter in it must stand in quotes.",
)


def is_header(cells: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a row holds all cells that the header has; surrounding blanks do not matter."""
    return set(wanted) <= {cell.strip() for cell in cells}


def no_header(file: str, wanted: Sequence[str], searched: int) -> UserProblem:
    """The problem of a file whose first rows hold no header."""
    listed = ", ".join(f"'{item}'" for item in wanted)
    return SourceProblem.at(
        file,
        f"no row among its first {searched} is the header: none holds all of {listed}",
        "Export it with these column names, or correct format.header_has.",
    )


def passed_over(rows: int, reason: str = BEFORE_HEADER) -> tuple[SetAsideRows, ...]:
    """The account of rows that are none of the table's."""
    return (SetAsideRows(reason, rows),) if rows else ()


def with_preamble(
    connection: Connection, raw: RawTable, file: str, settings: Layout, rows: Sequence[Sequence[str]]
) -> RawTable:
    """`raw` with a constant column per preamble cell. `rows`: the rows before the header, as cells.

    Raises:
        SourceProblem: a cell is not there, is blank, does not match, or its name is a column's already.
    """
    for label, cell in settings.preamble.items():
        if label in raw.headers:
            raise SourceProblem.at(file, f"has a column '{label}' already", f"Rename format.preamble.{label}.")
        value = _value(connection, cell, rows)
        if not value:
            raise SourceProblem.at(
                file,
                f"row {cell.row}, field {cell.field} is not before the header or does not hold {label}"
                + (f" as in {cell.matches}" if cell.matches else ""),
                f"Correct format.preamble.{label}, or export the file with its title rows.",
            )
        columns = [name(column) for column in (*raw.columns, *raw.marks)]
        constant = labelled(text(value), raw_name(len(raw.headers)))
        raw = replace(
            raw,
            headers=(*raw.headers, label),
            kinds=(*raw.kinds, *all_text(1)),
            relation=select([*columns, constant], raw.relation),
        )
    return raw


def _value(connection: Connection, cell: PreambleCell, rows: Sequence[Sequence[str]]) -> str:
    if cell.row > len(rows) or cell.field > len(rows[cell.row - 1]):
        return ""
    content = rows[cell.row - 1][cell.field - 1].strip()
    if not cell.matches:
        return content
    found = connection.execute("SELECT regexp_extract(?, ?, 1)", [content, cell.matches]).fetchone()
    return str(found[0]).strip() if found else ""
