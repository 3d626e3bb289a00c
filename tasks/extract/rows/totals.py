"""Totals that an export states of itself, compared with the rows that they sum: a file that is cut off shows here first.

A total sums every row of its scope but other totals, further lines of a document, and what its `without` names: what is
in quarantine is in it too, for the accounting system counted it. A total that names a currency sums rows of that one.
What is found is kept with the landed file; whether a difference is accepted is judged at every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from sqlglot import exp

from tasks.extract.expressions import parquet, render, text
from tasks.extract.manifest import Manifest, ManifestTotal, ManifestWarning
from tasks.extract.raw import RawTable
from tasks.extract.rows.choose import Chosen
from tasks.extract.rows.conditions import cell
from tasks.extract.rows.documents import FURTHER_LINE
from tasks.extract.rows.figures import figure
from tasks.problems import Problem
from tasks.settings.rows import TotalRow
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

MOST_KEPT = 50
"""Of each rule; those that cannot be read first, then the largest differences: a tolerance never accepts one unseen."""
_MEASURES = """count(*) AS rows, coalesce(sum(amount), 0) AS summed,
    count(*) FILTER (WHERE is_refused) AS refused_rows, coalesce(sum(amount) FILTER (WHERE is_refused), 0) AS refused,
    count(*) FILTER (WHERE aside IS NOT NULL) AS aside_rows,
    coalesce(sum(amount) FILTER (WHERE aside IS NOT NULL), 0) AS aside,
    count(*) FILTER (WHERE amount IS NULL AND cell <> '' AND aside IS NULL) AS unread_rows"""
_NAMES = ("rows", "summed", "refused_rows", "refused", "aside_rows", "aside", "unread_rows")
# The section's rows come before their total: each row belongs to the next total, of any currency or of its own.
_SECTIONS = f"""
    SELECT total_row, {_MEASURES} FROM (
        SELECT lines.*, totals.file_row AS total_row
        FROM lines ASOF JOIN (FROM totals WHERE currency = '') AS totals ON lines.file_row < totals.file_row
        UNION ALL
        SELECT lines.*, totals.file_row AS total_row
        FROM lines ASOF JOIN (FROM totals WHERE currency <> '') AS totals
            ON lines.currency = totals.currency AND lines.file_row < totals.file_row
    ) GROUP BY total_row"""  # noqa: S608 - a constant
_WHOLE_FILE = f"""
    SELECT totals.file_row AS total_row, {", ".join(f"sum({name}) AS {name}" for name in _NAMES)}
    FROM totals INNER JOIN (SELECT currency, {_MEASURES} FROM lines GROUP BY currency) AS parts
        ON totals.currency = '' OR totals.currency = parts.currency
    GROUP BY totals.file_row"""  # noqa: S608 - a constant


def compare_totals(
    connection: Connection, source: Source, chosen: Chosen
) -> tuple[tuple[ManifestTotal, ...], tuple[ManifestWarning, ...]]:
    """The stated totals that differ from their rows (or cannot be read), and rows that no total covers.

    Reads the temporary table `excluded`, so the rows must have been judged.
    """
    if chosen.all_rows is None:
        return (), ()
    differing: list[ManifestTotal] = []
    warnings: list[ManifestWarning] = []
    for index, rule in enumerate(source.rows.totals):
        _prepare(connection, source, chosen.raw, rule, index, all_rows=chosen.all_rows)
        rows = connection.execute(f"""
            WITH summed AS ({_SECTIONS if rule.scope == "section" else _WHOLE_FILE})
            SELECT totals.file_row, totals.currency, totals.amount, {", ".join(f"coalesce({name}, 0)" for name in _NAMES)}
            FROM totals LEFT JOIN summed ON totals.file_row = summed.total_row
            WHERE totals.amount IS NULL OR totals.amount <> coalesce(summed.summed, 0)
            ORDER BY totals.amount IS NULL DESC, abs(totals.amount - coalesce(summed.summed, 0)) DESC, totals.file_row
            LIMIT {MOST_KEPT}
        """).fetchall()  # noqa: S608 - constants
        differing += [
            ManifestTotal(
                rule=index, column=rule.column, scope=rule.scope, file_row=file_row, currency=currency, stated=stated,
                **dict(zip(_NAMES, measures, strict=True)),
            )
            for file_row, currency, stated, *measures in sorted(rows, key=lambda row: int(row[0]))
        ]  # fmt: skip
        warnings += _uncovered(connection, rule, index)
    return tuple(differing), tuple(warnings)


def total_problems(file: str, manifest: Manifest, tolerance: Decimal) -> Iterator[Problem]:
    """A problem for each stated total that differs by more than `tolerance` (in the unit of its column)."""
    for total in manifest.totals:
        where = f"{file}, row {total.file_row}"
        # What stands where a currency should is the file's own text; only what looks like a code is shown.
        currency = f" {total.currency}" if re.fullmatch("[A-Z]{3}", total.currency) else ""
        if total.stated is None:
            yield Problem(
                "error",
                where,
                f"is a total (rows.totals.{total.rule}) and has no amount in '{total.column}' that can be read",
                "Correct the rule's tests, its column, or the source's decimals.",
            )
        elif abs(total.stated - total.summed) > tolerance:
            yield Problem(
                "error",
                where,
                f"states a total of{currency} {_shown(total.stated)} in '{total.column}', but the {total.rows} rows of its "
                f"{total.scope} sum to {_shown(total.summed)}, a difference of {_shown(total.stated - total.summed)}"
                f"{_of_which(total)}",
                "Export the file again, whole; if rows of another kind are in the sum, name their reason in the total's "
                "without. control_tolerance accepts a difference.",
            )


def _prepare(
    connection: Connection, source: Source, raw: RawTable, rule: TotalRow, index: int, *, all_rows: Path
) -> None:
    """The temporary tables `totals` and `lines` (file_row, currency, cell, amount …) of one rule."""
    value = cell(rule.column, raw)
    left_out = render(exp.array(*[text(reason) for reason in (FURTHER_LINE, *rule.without)]))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE figures AS
        SELECT file_row, total, aside, {_currency(source, raw)} AS currency, {render(value)} AS cell,
            {render(figure(value.copy(), source.decimals))} AS amount
        FROM {render(parquet(all_rows))}
    """)  # noqa: S608 - rendered expressions
    if raw.rejects is not None:
        rejected = render(parquet(raw.rejects))
        connection.execute(f"INSERT INTO figures SELECT file_row, NULL, NULL, '', '?', NULL FROM {rejected}")  # noqa: S608 - a path
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE totals AS SELECT file_row, currency, amount FROM figures WHERE total = ?", [index]
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE lines AS
        SELECT file_row, currency, cell, amount, aside,
            file_row IN (SELECT file_row FROM excluded WHERE kind = 'quarantined') AS is_refused
        FROM figures
        WHERE total IS NULL AND (aside IS NULL OR NOT list_contains({left_out}, aside))
    """)  # noqa: S608 - rendered literals


def _uncovered(connection: Connection, rule: TotalRow, index: int) -> Iterator[ManifestWarning]:
    """Rows with a figure and no total for them: the export may have lost its end."""
    reached = "max(file_row)" if rule.scope == "section" else "if(count(*) > 0, 9223372036854775807, 0)"
    found = connection.execute(f"""
        SELECT count(*) FROM lines
        WHERE amount <> 0 AND aside IS NULL AND file_row > (SELECT coalesce({reached}, 0) FROM totals)
    """).fetchone()  # noqa: S608 - constants
    if found and found[0]:
        yield ManifestWarning(
            rule=f"totals_{index}",
            description=f"no row states their total of '{rule.column}' (rows.totals.{index}), so they were not compared",
            fix="Check that the export is whole.",
            rows=int(found[0]),
        )


def _currency(source: Source, raw: RawTable) -> str:
    """SQL: the row's currency as the file writes it; '' where the source takes it from no column."""
    mapping = source.columns.get("currency")
    return render(cell(mapping.column, raw)) if mapping is not None and mapping.column is not None else "''"


def _of_which(total: ManifestTotal) -> str:
    parts = [
        f"{total.refused_rows} of them ({_shown(total.refused)}) are in quarantine" if total.refused_rows else "",
        f"{total.aside_rows} of them ({_shown(total.aside)}) are set aside" if total.aside_rows else "",
        f"{total.unread_rows} of them have no figure that can be read" if total.unread_rows else "",
    ]
    return "".join(f"; {part}" for part in parts if part)


def _shown(amount: Decimal) -> str:
    """With two decimals, or as many as the figure needs."""
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents:,}" if cents == amount else f"{amount.normalize():,f}"
