"""Small builders of DuckDB expressions. User text enters SQL only through `name`, `text` and what is built on them, which quote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlglot import exp

from tasks.problems import SourceProblem

DIALECT = "duckdb"
_GLOB = "*?["


def render(expression: exp.Expr) -> str:
    """The expression as DuckDB SQL."""
    return expression.sql(dialect=DIALECT)


def name(identifier: str) -> exp.Column:
    """A quoted column."""
    return exp.column(exp.to_identifier(identifier, quoted=True))


def text(value: str) -> exp.Expr:
    """A string literal; with a NUL in it, which no statement can hold, what makes the same string."""
    if "\0" not in value:
        return exp.Literal.string(value)
    parts = [exp.Literal.string(part) for part in value.split("\0")]
    joined: exp.Expr = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=exp.DPipe(this=joined, expression=call("chr", number(0))), expression=part)
    return exp.paren(joined)


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


def parquet(*paths: Path, with_row_numbers: bool = False, with_filename: bool = False) -> exp.Expr:
    """`read_parquet` of these files, with the columns `file_row_number` (from 0) and `filename` on request."""
    read = [path_text(path) for path in paths]
    options = {
        "file_row_number": exp.true() if with_row_numbers else None,
        "filename": exp.true() if with_filename else None,
        "hive_partitioning": exp.false(),
    }
    return call("read_parquet", read[0] if len(read) == 1 else exp.array(*read), *named(options))


def named(options: Mapping[str, exp.Expr | None]) -> list[exp.Expr]:
    """`key := value` arguments of a function, without those that are None."""
    return [
        exp.PropertyEQ(this=exp.to_identifier(key), expression=value)
        for key, value in options.items()
        if value is not None
    ]


def path_text(path: Path) -> exp.Expr:
    """The literal under which DuckDB reads this one file: it takes every path for a pattern, and its folders for columns.

    Whoever reads with it says `hive_partitioning := false` too: in a folder 'currency=EUR' the column would be the folder's.

    Raises:
        SourceProblem: a path that no pattern can express.
    """
    plain = str(path)
    if not any(character in plain for character in _GLOB):
        return text(plain)
    if "\\" in plain:  # DuckDB takes it for a separator as soon as it sees a pattern.
        raise SourceProblem.at(
            path.name, "its path has both a backslash and one of * ? [, which no reader tells apart", "Rename it."
        )
    return text("".join(f"[{character}]" if character in _GLOB else character for character in plain))


def written_to(path: Path) -> str:
    """The path as the quoted target of a COPY, which is never a pattern."""
    return render(text(str(path)))
