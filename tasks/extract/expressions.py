"""Small builders of DuckDB expressions. User text enters SQL only through `name` and `text`, which quote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

DIALECT = "duckdb"


def render(expression: exp.Expr) -> str:
    """The expression as DuckDB SQL."""
    return expression.sql(dialect=DIALECT)


def name(identifier: str) -> exp.Column:
    """A quoted column."""
    return exp.column(exp.to_identifier(identifier, quoted=True))


def text(value: str) -> exp.Literal:
    """A string literal."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """An integer literal."""
    return exp.Literal.number(value)


def call(function: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A function call, passed to DuckDB as written."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def cast(value: exp.Expr, data_type: str) -> exp.Cast:
    """`CAST(value AS data_type)`."""
    return exp.Cast(this=value, to=exp.DataType.build(data_type, dialect=DIALECT))


def try_cast(value: exp.Expr, data_type: str) -> exp.TryCast:
    """`TRY_CAST(value AS data_type)`: NULL where the value does not fit."""
    return exp.TryCast(this=value, to=exp.DataType.build(data_type, dialect=DIALECT))


def is_null(value: exp.Expr) -> exp.Expr:
    """`value IS NULL`."""
    return exp.Is(this=value, expression=exp.null())


def not_null(value: exp.Expr) -> exp.Expr:
    """`NOT value IS NULL`."""
    return exp.Not(this=is_null(value))


def among(value: exp.Expr, values: Iterable[str]) -> exp.Expr:
    """Whether `value` is one of `values`; NULL where it is NULL.

    Not as IN: DuckDB makes a join of one with many values, and behind a join rows are no longer in file order.
    """
    return call("list_contains", exp.array(*[text(item) for item in values]), value)


def when(*branches: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Case:
    """`CASE WHEN … THEN … ELSE … END`."""
    return exp.Case(
        ifs=[exp.If(this=condition, true=result) for condition, result in branches],
        default=otherwise if otherwise is not None else exp.null(),
    )


def all_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """The conditions joined by AND; true when there are none."""
    return exp.and_(*conditions) if conditions else exp.true()


def any_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """The conditions joined by OR; false when there are none."""
    return exp.or_(*conditions) if conditions else exp.false()


def labelled(expression: exp.Expr, label: str) -> exp.Expr:
    """`expression AS "label"`."""
    return exp.alias_(expression, label, quoted=True, copy=False)


def select(columns: Sequence[exp.Expr], source: exp.Expr) -> exp.Select:
    """`SELECT columns FROM source`; a SELECT as source becomes a subquery and is not used again."""
    origin = source.subquery("s", copy=False) if isinstance(source, exp.Query) else source
    return exp.Select(expressions=list(columns)).from_(origin, copy=False)


def parquet(path: str, *, with_row_numbers: bool = False) -> exp.Expr:
    """`read_parquet('path')`, with the column `file_row_number` (from 0) on request."""
    arguments: list[exp.Expr] = [text(path)]
    if with_row_numbers:
        arguments.append(exp.PropertyEQ(this=exp.to_identifier("file_row_number"), expression=exp.true()))
    return call("read_parquet", *arguments)
