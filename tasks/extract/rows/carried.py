"""Values of group rows as columns of the rows after them: the customer who stands once above his invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from tasks.extract.expressions import call, cast, labelled, name, not_null, number, parquet, render, select, text, when
from tasks.extract.raw import RawTable, raw_name
from tasks.extract.rows.conditions import cell, holds
from tasks.settings.rows import Carry

_IS_LOST = "is_lost"


def carried_headers(headers: tuple[str, ...], carry: Sequence[Carry]) -> tuple[str, ...]:
    """The headers of a file once its group rows' values are columns."""
    return (*headers, *(item.name for item in carry))


def with_carried(raw: RawTable, carry: Sequence[Carry]) -> RawTable:
    """`raw` with one more column per rule, in order, so that a rule may use the column of an earlier one.

    A group row has its own value. One whose value is blank, or from which `extract` takes nothing, ends the group
    before it: its rows get no value, never that of the group before. So does a line that cannot be split or used, for it may
    be a group row.
    """
    for item in carry:
        raw = _with_one(raw, item)
    return raw


def _with_one(raw: RawTable, item: Carry) -> RawTable:
    relation, lost = _with_lost_lines(raw)
    value = cell(item.column, raw)
    if item.extract:
        value = call("regexp_extract", value, text(item.extract), number(1))
    nobody = call("struct_pack", _labelled("v", cast(exp.null(), "VARCHAR")))
    named = call("struct_pack", _labelled("v", call("nullif", value, text(""))))
    group = when(*((condition, nobody.copy()) for condition in lost), (holds(item.when, raw), named))
    # Written out: the builder puts IGNORE NULLS where DuckDB does not take it.
    latest = f"last_value({render(group)} IGNORE NULLS) OVER (ORDER BY file_row ROWS UNBOUNDED PRECEDING)"
    carried = call("struct_extract", exp.Var(this=latest), text("v"))
    columns: list[exp.Expr] = [name(column) for column in (*raw.columns, *raw.marks)]
    target = raw_name(len(raw.headers))
    rows = select([*columns, labelled(carried, target), *([name(_IS_LOST)] if raw.rejects else [])], relation)
    if raw.rejects is not None:
        rows = select([*(column.copy() for column in columns), name(target)], rows).where(exp.not_(name(_IS_LOST)))
    return replace(
        raw,
        headers=carried_headers(raw.headers, [item]),
        kinds=(*raw.kinds, "text"),
        relation=rows,
    )


def _with_lost_lines(raw: RawTable) -> tuple[exp.Expr, list[exp.Expr]]:
    """The rows together with the lines that could not be split (`is_lost`), and the conditions under which a row may be anything."""
    conditions = [not_null(name("refusal"))] if raw.refusals else []
    if raw.rejects is None:
        return raw.relation, conditions
    columns = (*raw.columns, *raw.marks)
    lost = [name(column) if column == "file_row" else _nothing(column) for column in columns]
    rows = select([*(name(column) for column in columns), labelled(exp.false(), _IS_LOST)], raw.relation)
    lines = select([*lost, labelled(exp.true(), _IS_LOST)], parquet(raw.rejects))
    return exp.union(rows, lines, distinct=False, copy=False), [*conditions, name(_IS_LOST)]


def _nothing(column: str) -> exp.Expr:
    return labelled(cast(exp.null(), "VARCHAR"), column)


def _labelled(label: str, value: exp.Expr) -> exp.Expr:
    return exp.PropertyEQ(this=exp.to_identifier(label), expression=value)
