"""The quick ways of trimming and reading dates give what the slow ones give."""

from __future__ import annotations

import itertools

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from tasks.extract.cells import trim_columns
from tasks.extract.expressions import name, render, select
from tasks.extract.raw import RawTable, all_text
from tasks.extract.values import date
from tasks.settings.columns import ColumnMapping


def _column(expression: exp.Expr, values: list[str | None]) -> list[object]:
    with duckdb.connect() as connection:
        connection.register("texts", pa.table({"r0": pa.array(values, pa.string())}))
        query = render(select([expression], exp.to_table("texts")))
        return [row[0] for row in connection.execute(query).fetchall()]


def test_every_character_is_trimmed_from_a_cell_as_duckdb_trims_it() -> None:
    characters = [chr(code) for code in range(1, 0x3100) if not 0xD800 <= code <= 0xDFFF]
    texts: list[str | None] = [None, "", " ", "  "]
    for one in characters:
        texts += [one, f"{one}ab", f"ab{one}", f"a{one}b", f"{one} a", f"a {one}", f" {one} "]
    (quick,) = trim_columns([ColumnMapping(column="a")], RawTable(("a",), exp.to_table("texts"), all_text(1)))
    plain = exp.Anonymous(
        this="nullif", expressions=[exp.Anonymous(this="trim", expressions=[name("r0")]), exp.Literal.string("")]
    )
    assert _column(quick, texts) == _column(plain, texts)


@pytest.mark.parametrize("end", ["\u00a0", "\u3000", "\u202f", " "])
def test_wide_blanks_around_a_cell_go(end: str) -> None:
    (quick,) = trim_columns([ColumnMapping(column="a")], RawTable(("a",), exp.to_table("texts"), all_text(1)))
    assert _column(quick, [f"{end}A-1{end}", end]) == ["A-1", None]


def test_iso_dates_are_read_as_by_their_pattern() -> None:
    """The same dates written day first have no quick way, and must be read alike."""
    parts = itertools.product(("0001", "0026", "0999", "1000", "2024", "2026", "9999"), range(14), range(33))
    written = [(year, month, day) for year, month, day in parts]
    iso = _column(date("d", name("r0"), ("%Y-%m-%d",)).expression, [f"{y}-{m:02}-{d:02}" for y, m, d in written])
    turned = _column(date("d", name("r0"), ("%d/%m/%Y",)).expression, [f"{d:02}/{m:02}/{y}" for y, m, d in written])
    assert iso == turned


@pytest.mark.parametrize(
    "value",
    ["infinity", "-infinity", "epoch", "today", "2026/06/16", "20260616", "2026-06-16 00:00:00", "2026-06-16T00:00:00Z",
     "0026-06-16", "-2026-06-16", "+2026-06-16", "12026-06-16", "2026-06-16 (BC)", "2026-06-31", "2026-6-", "26-06-16"],
)  # fmt: skip
def test_what_duckdb_calls_a_date_but_the_format_does_not_is_none(value: str) -> None:
    assert _column(date("d", name("r0"), ("%Y-%m-%d",)).expression, [value]) == [None]
