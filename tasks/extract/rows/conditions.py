"""Tests on the text of one column as SQL conditions; they are true or false, never NULL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tasks.extract.expressions import all_of, among, call, name, text
from tasks.extract.raw import RawTable
from tasks.settings.rows import RowTest


def cell(column: str, raw: RawTable) -> exp.Expr:
    """The column's text without surrounding blanks; '' where nothing is left."""
    return call("coalesce", call("trim", name(raw.column_of(column))), text(""))


def holds(tests: Sequence[RowTest], raw: RawTable) -> exp.Expr:
    """Whether all `tests` hold."""
    return all_of([condition for test in tests for condition in _conditions(test, cell(test.column, raw))])


def _conditions(test: RowTest, value: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    if test.is_in:
        found.append(among(value.copy(), test.is_in))
    if test.not_in:
        found.append(exp.not_(among(value.copy(), test.not_in)))
    if test.matches:
        found.append(call("regexp_matches", value.copy(), text(test.matches)))
    if test.not_matches:
        found.append(exp.not_(call("regexp_matches", value.copy(), text(test.not_matches))))
    if test.is_blank is not None:
        is_blank = exp.EQ(this=value.copy(), expression=text(""))
        found.append(is_blank if test.is_blank else exp.not_(is_blank))
    return found
