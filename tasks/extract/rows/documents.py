"""One row per document, for exports with a row per line of it: `rows.one_per`, `agree` and `sum`.

The first line of a document is its row; the others are set aside as `further_line`. Where the lines contradict each
other, or one of them cannot be added, nobody can say what the document is worth, and all its lines are refused.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from tasks.extract.expressions import call, render, text
from tasks.extract.raw import RawTable, Refusal
from tasks.extract.rows.conditions import cell
from tasks.extract.rows.figures import figure, figure_text
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

FURTHER_LINE = "further_line"
DOCUMENTS = "documents.parquet"


def one_row_per_document(
    connection: Connection, source: Source, raw: RawTable, all_rows: Path
) -> tuple[RawTable, Path]:
    """The rows of `all_rows` with further lines marked, sums in the first line, and contradicting lines refused.

    A row whose `one_per` columns are all blank is a document of its own: blanks do not make two rows one document.
    """
    rules, target = source.rows, all_rows.with_name(DOCUMENTS)
    refusals = (*raw.refusals, *_refusals(source))
    agree = [render(cell(column, raw)) for column in rules.agree]
    cells = [render(cell(column, raw)) for column in rules.sum]
    figures = [render(figure(cell(column, raw), source.decimals)) for column in rules.sum]
    blanks = [
        render(call("list_contains", exp.array(*_blanks(source, column)), cell(column, raw))) for column in rules.sum
    ]
    found = [f"{_differs(value)} AS differs_{i}" for i, value in enumerate(agree)]
    found += [
        f"bool_or({f} IS NULL AND NOT {b}) AS unread_{i}" for i, (f, b) in enumerate(zip(figures, blanks, strict=True))
    ]
    found += [f"sum({value}) AS sum_{i}" for i, value in enumerate(figures)]
    reasons = [*(f"differs_{i}" for i in range(len(agree))), *(f"unread_{i}" for i in range(len(cells)))]
    is_refused = f"({' OR '.join(f'documents.{reason}' for reason in reasons)})" if reasons else "false"
    refused = "".join(f" WHEN documents.{reason} THEN '{reason}'" for reason in reasons)
    refusal = (
        f"CASE WHEN rows.refusal IS NOT NULL THEN rows.refusal{refused} END"
        if raw.refusals
        else (f"CASE{refused} END" if refused else "CAST(NULL AS VARCHAR)")
    )
    sums = {
        raw.column_of(column): f"coalesce(CASE WHEN rows.file_row = documents.first_row AND NOT {is_refused} THEN "
        f"{figure_text(f'documents.sum_{i}', source.decimals)} END, rows.{raw.column_of(column)})"
        for i, column in enumerate(rules.sum)
    }
    columns = [f"{sums.get(column, f'rows.{column}')} AS {column}" for column in raw.columns]
    is_line = "aside IS NULL" + (" AND refusal IS NULL" if raw.refusals else "")
    key = render(exp.array(*[cell(column, raw) for column in rules.one_per]))
    connection.execute(f"""
        COPY (
            WITH rows AS (SELECT *, CASE WHEN {is_line} THEN {key} END AS document FROM read_parquet({_literal(all_rows)})),
            documents AS (
                SELECT document, min(file_row) AS first_row{"".join(", " + item for item in found)}
                FROM rows WHERE document IS NOT NULL AND array_to_string(document, '') <> ''
                GROUP BY document HAVING count(*) > 1
            ),
            judged AS (
                SELECT {", ".join(columns)}, rows.file_row, {refusal} AS refusal, rows.aside, rows.total,
                    rows.file_row > documents.first_row AS is_further
                FROM rows LEFT JOIN documents USING (document)
            )
            SELECT {", ".join(raw.columns)}, file_row, refusal, total,
                CASE WHEN aside IS NOT NULL THEN aside WHEN is_further AND refusal IS NULL THEN '{FURTHER_LINE}' END AS aside
            FROM judged ORDER BY file_row
        ) TO {_literal(target)} (FORMAT parquet)
    """)  # noqa: S608 - rendered expressions, our own names and literals
    return replace(raw, refusals=refusals), target


def _differs(value: str) -> str:
    """Whether the lines of a document contradict each other: two texts, or one that the first line lacks."""
    present = f"nullif({value}, '')"
    return f"(count(DISTINCT {present}) > 1 OR (count({present}) > 0 AND arg_min({value}, file_row) = ''))"


def _blanks(source: Source, column: str) -> list[exp.Expr]:
    """What means 'empty' in the column: nothing, and what its mapping says."""
    listed = {value for mapping in source.columns.values() if mapping.column == column for value in mapping.blank}
    return [text(value) for value in ("", *sorted(listed))]


def _refusals(source: Source) -> tuple[Refusal, ...]:
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
    return (*differing, *unread)


def _literal(path: Path) -> str:
    return render(text(str(path)))
