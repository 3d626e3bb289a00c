"""Chooses the rows of the contract among all rows of a file, and counts the others by the reason why they are none.

A source without `rows:` keeps its relation as it is: DuckDB then reads, maps and writes in one pass. With rules, all rows
are written once to scratch Parquet with what became of them, for they are read several times: by the mapping, for the
counts, and for the totals that the export states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlglot import exp

from tasks.extract.expressions import is_null, labelled, name, number, parquet, render, select, text, when, written_to
from tasks.extract.raw import RawTable, SetAsideRows, one_account_each
from tasks.extract.rows.carried import with_carried
from tasks.extract.rows.conditions import holds
from tasks.extract.rows.documents import one_row_per_document
from tasks.settings.rows import Rows
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

STATED_TOTAL = "stated_total"
ALL_ROWS = "all_rows.parquet"


@dataclass(frozen=True)
class Chosen:
    """`raw`: the rows of the contract. `all_rows`: every row of the file, where the source has rules for rows.

    `all_rows` is a Parquet file with the columns of `raw` and `file_row`, `aside` (why it is no row of the contract, NULL
    where it is one) and `total` (place of the rule that found it to be a stated total); `found` counts its rows.
    """

    raw: RawTable
    all_rows: Path | None = None
    found: int | None = None


def choose_rows(connection: Connection, source: Source, raw: RawTable, scratch: Path) -> Chosen:
    """The rows of `raw` that are rows of the contract; the rules must have passed `tasks.extract.rows.check`."""
    rules = source.rows
    if rules == Rows():
        return Chosen(raw)
    whole = with_carried(_numbered(raw), rules.carry)
    target = scratch / ALL_ROWS
    judged = select([*_columns(whole), _aside(rules, whole), _total(rules, whole)], whole.relation)
    written = connection.execute(f"COPY ({render(judged)}) TO {written_to(target)} (FORMAT parquet)").fetchone()
    found = int(written[0]) if written else 0
    if rules.one_per:
        whole, target = one_row_per_document(connection, source, whole, target)
    counts = connection.execute(
        f"SELECT aside, count(*) FROM {render(parquet(target))} GROUP BY aside ORDER BY aside"  # noqa: S608 - a path
    ).fetchall()
    aside = tuple(SetAsideRows(str(reason), int(rows)) for reason, rows in counts if reason is not None)
    expected = (found if raw.expected_rows is None else raw.expected_rows) - sum(item.rows for item in aside)
    taken = select(_columns(whole), parquet(target)).where(is_null(name("aside")))
    chosen = replace(
        whole, relation=taken, expected_rows=expected, set_aside=one_account_each((*raw.set_aside, *aside))
    )
    return Chosen(chosen, target, found)


def _numbered(raw: RawTable) -> RawTable:
    """`raw` with each row's place in the file."""
    if raw.has_file_rows:
        return raw
    position = labelled(exp.Window(this=exp.Anonymous(this="row_number")), "file_row")
    columns: list[exp.Expr] = [name(column) for column in (*raw.columns, *raw.marks)]
    return replace(raw, relation=select([*columns, position], raw.relation), has_file_rows=True)


def _columns(raw: RawTable) -> list[exp.Expr]:
    return [name(column) for column in (*raw.columns, *raw.marks)]


def _aside(rules: Rows, raw: RawTable) -> exp.Expr:
    """Why a row is no row of the contract; the first rule that fits says it."""
    branches = [(holds(total.when, raw), text(STATED_TOTAL)) for total in rules.totals]
    branches += [(holds(rule.when, raw), text(rule.reason)) for rule in rules.set_aside]
    return labelled(when(*branches) if branches else _nothing("VARCHAR"), "aside")


def _total(rules: Rows, raw: RawTable) -> exp.Expr:
    branches = [(holds(total.when, raw), number(index)) for index, total in enumerate(rules.totals)]
    return labelled(when(*branches) if branches else _nothing("INTEGER"), "total")


def _nothing(data_type: str) -> exp.Expr:
    return exp.Cast(this=exp.null(), to=exp.DataType.build(data_type))
