"""One row per document, for exports with a row per line of it: `rows.one_per`, `agree` and `sum`.

The first line of a document is its row; the others are set aside as `further_line`. Where the lines contradict each
other, or one of them cannot be added, nobody can say what the document is worth, and all its lines are refused.
So are those of a sum that may lack a line: one that the reader refused, or could not even split. Such a line may be of the
document before it or after it, and of any where the lines of a document do not stand together.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tasks.extract.expressions import among, parquet, render, written_to
from tasks.extract.raw import RawTable, Refusal
from tasks.extract.rows.conditions import cell
from tasks.extract.rows.figures import figure, figure_text
from tasks.extract.rows.incomplete import IS_INCOMPLETE, incomplete, may_lack_lines
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

FURTHER_LINE = "further_line"
DOCUMENTS = "documents.parquet"
_LACKS_LINES = "lacks_lines"


def one_row_per_document(
    connection: Connection, source: Source, raw: RawTable, all_rows: Path
) -> tuple[RawTable, Path]:
    """The rows of `all_rows` with further lines marked, sums in the first line, and contradicting lines refused.

    A row whose `one_per` columns are all blank is a document of its own: blanks do not make two rows one document.
    """
    target, reasons = all_rows.with_name(DOCUMENTS), [item.code for item in _refusals(source, raw)]
    is_refused = " OR ".join(f"documents.{reason}" for reason in reasons) or "false"
    may_lack = may_lack_lines(source.rows, raw)
    sums = _sums(source, raw)
    columns = ", ".join(f"{sums.get(column, f'rows.{column}')} AS {column}" for column in raw.columns)
    connection.execute(f"""
        COPY (
            WITH rows AS (SELECT *, {_document(source, raw)} AS document FROM {render(parquet(all_rows))}),
            {incomplete(_named(source, raw), raw) if may_lack else ""}
            documents AS (
                SELECT {", ".join(["document", "min(file_row) AS first_row", *_facts(source, raw)])}
                FROM rows WHERE document IS NOT NULL GROUP BY document
                HAVING count(*) > 1 {f"OR {IS_INCOMPLETE}" if may_lack else ""}
            ),
            judged AS (SELECT *, {is_refused} AS is_refused FROM documents)
            SELECT {columns}, rows.file_row, {_refusal(raw, reasons)} AS refusal, rows.total,
                CASE WHEN rows.aside IS NOT NULL THEN rows.aside
                    WHEN rows.file_row > documents.first_row AND NOT documents.is_refused THEN '{FURTHER_LINE}' END AS aside
            FROM rows LEFT JOIN judged AS documents USING (document)
            ORDER BY rows.file_row
        ) TO {written_to(target)} (FORMAT parquet)
    """)  # noqa: S608 - rendered expressions, our own names and literals
    return replace(raw, refusals=(*raw.refusals, *_refusals(source, raw))), target


def _document(source: Source, raw: RawTable) -> str:
    """SQL: which document a row is a line of; NULL for rows set aside, rows that cannot be used, and rows that name none."""
    is_line = "aside IS NULL" + (" AND refusal IS NULL" if raw.refusals else "")
    return f"CASE WHEN {is_line} THEN {_named(source, raw)} END"


def _named(source: Source, raw: RawTable) -> str:
    """SQL: the document that a row names, NULL where it names none."""
    cells = [render(cell(column, raw)) for column in source.rows.one_per]
    # With their lengths, so that ('ab', 'c') is not ('a', 'bc'); texts are grouped in a third of the time of lists.
    key = ", ".join(f"length({value}), ':', {value}" for value in cells)
    return f"CASE WHEN concat({', '.join(cells)}) <> '' THEN concat({key}) END"


def _facts(source: Source, raw: RawTable) -> list[str]:
    """SQL: of each document, by the codes of the refusals, whether its lines differ or cannot be added; and its sums."""
    rules = source.rows
    facts = [f"{_differs(render(cell(column, raw)))} AS differs_{i}" for i, column in enumerate(rules.agree)]
    for i, column in enumerate(rules.sum):
        value, amount = cell(column, raw), render(figure(cell(column, raw), source.decimals))
        is_blank = render(among(value, _blanks(source, column)))
        facts += [f"bool_or({amount} IS NULL AND NOT {is_blank}) AS unread_{i}", f"sum({amount}) AS sum_{i}"]
    return [*facts, f"{IS_INCOMPLETE} AS {_LACKS_LINES}"] if may_lack_lines(source.rows, raw) else facts


def _differs(value: str) -> str:
    """Whether the lines of a document contradict each other: two texts, or one that the first line lacks."""
    present = f"nullif({value}, '')"
    is_late = f"min(file_row) FILTER (WHERE {present} IS NOT NULL) > min(file_row)"
    return f"coalesce(min({present}) <> max({present}) OR {is_late}, false)"


def _sums(source: Source, raw: RawTable) -> dict[str, str]:
    """SQL by column: in the first line of a document the sum over its lines, elsewhere the cell as it is."""
    is_first = "rows.file_row = documents.first_row AND NOT documents.is_refused"
    return {
        raw.column_of(
            column
        ): f"coalesce(CASE WHEN {is_first} THEN {figure_text(f'documents.sum_{i}', source.decimals)} END, "
        f"rows.{raw.column_of(column)})"
        for i, column in enumerate(source.rows.sum)
    }


def _refusal(raw: RawTable, reasons: list[str]) -> str:
    """SQL: the refusal that a row had before, or what is wrong with its document."""
    branches = ["WHEN rows.refusal IS NOT NULL THEN rows.refusal"] if raw.refusals else []
    branches += [f"WHEN documents.{reason} THEN '{reason}'" for reason in reasons]
    return f"CASE {' '.join(branches)} END" if branches else "CAST(NULL AS VARCHAR)"


def _blanks(source: Source, column: str) -> list[str]:
    """What means 'empty' in the column: nothing, and what its mapping says."""
    listed = {value for mapping in source.columns.values() if mapping.column == column for value in mapping.blank}
    return ["", *sorted(listed)]


def _refusals(source: Source, raw: RawTable) -> tuple[Refusal, ...]:
    rules = source.rows
    document = ", ".join(rules.one_per)
    differing = [
        Refusal(
            f"differs_{i}",
            column,
            f"the lines of one document ({document}) differ in '{column}', which each of them should repeat",
            f"Correct the export, or take '{column}' out of rows.agree if its lines may differ.",
        )
        for i, column in enumerate(rules.agree)
    ]
    unread = [
        Refusal(
            f"unread_{i}",
            column,
            f"'{column}' of a line of the document ({document}) is not an amount, so that its lines cannot be added",
            "Correct the value, or set the source's decimals to the style of the file.",
        )
        for i, column in enumerate(rules.sum)
    ]
    lacking = Refusal(
        _LACKS_LINES,
        document,
        f"a line that was refused may be of this document ({document}), so that its lines cannot be added",
        "Correct the refused line in the export.",
    )
    return (*differing, *unread, *([lacking] if may_lack_lines(source.rows, raw) else []))
