"""Values of group rows as columns of the rows after them: the customer who stands once above his invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from tasks.extract.expressions import call, labelled, name, number, render, select, text, when
from tasks.extract.raw import RawTable, raw_name
from tasks.extract.rows.conditions import cell, holds
from tasks.settings.rows import Carry


def carried_headers(headers: tuple[str, ...], carry: Sequence[Carry]) -> tuple[str, ...]:
    """The headers of a file once its group rows' values are columns."""
    return (*headers, *(item.name for item in carry))


def with_carried(raw: RawTable, carry: Sequence[Carry]) -> RawTable:
    """`raw` with one more column per rule, in order, so that a rule may use the column of an earlier one.

    A group row has its own value. One whose value is blank, or from which `extract` takes nothing, ends the group
    before it: its rows get no value, never that of the group before.
    """
    for item in carry:
        raw = _with_one(raw, item)
    return raw


def _with_one(raw: RawTable, item: Carry) -> RawTable:
    value = cell(item.column, raw)
    if item.extract:
        value = call("regexp_extract", value, text(item.extract), number(1))
    group = when((holds(item.when, raw), call("struct_pack", _labelled("v", call("nullif", value, text(""))))))
    # Written out: the builder puts IGNORE NULLS where DuckDB does not take it.
    latest = f"last_value({render(group)} IGNORE NULLS) OVER (ORDER BY file_row ROWS UNBOUNDED PRECEDING)"
    carried = call("struct_extract", exp.Var(this=latest), text("v"))
    columns: list[exp.Expr] = [name(column) for column in (*raw.columns, *raw.marks)]
    target = raw_name(len(raw.headers))
    return replace(
        raw,
        headers=carried_headers(raw.headers, [item]),
        kinds=(*raw.kinds, "text"),
        relation=select([*columns, labelled(carried, target)], raw.relation),
    )


def _labelled(label: str, value: exp.Expr) -> exp.Expr:
    return exp.PropertyEQ(this=exp.to_identifier(label), expression=value)
