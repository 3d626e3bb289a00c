"""The row rules of a contract as conditions on columns, and which of them a source's rows can break at all."""

from __future__ import annotations

import re
from functools import cache

import duckdb
import sqlglot
from sqlglot import exp

from tasks.contracts.load import Column, Contract, RowRule
from tasks.extract.expressions import DIALECT, call, cast, labelled, render, select
from tasks.settings.sources import Source

OWN_COLUMN = "company_id"
_IN_LIST = re.compile(r"\b(\w+) (NOT )?IN \(((?:'[^']*'(?:,\s*)?)+)\)")


def error_rules(source: Source, contract: Contract) -> list[RowRule]:
    """The rules that refuse rows, without those that only read columns which the source does not map.

    Such columns are empty in every row; where a rule holds of empty columns, judging it row by row finds nothing.
    """
    mapped = {*source.columns, OWN_COLUMN}
    rules = [rule for rule in contract.row_rules if rule.severity == "error"]
    return [rule for rule in rules if columns_read(rule.condition) & mapped or not _holds_of_nothing(rule, contract)]


def warning_conditions(contract: Contract) -> list[tuple[RowRule, exp.Expr]]:
    """Rules that are counted only, each with the condition under which a row breaks it."""
    return [(rule, breaks(rule.condition)) for rule in contract.row_rules if rule.severity == "warning"]


def breaks(condition: str) -> exp.Expr:
    """Where a contract's condition is false. The text is the contract's own and is passed on as written, but for lists.

    DuckDB makes a join of an IN with many values, and behind a join rows are no longer in file order.
    """
    columns_read(condition)  # refuses what does not parse
    verbatim = exp.Paren(this=exp.Var(this=_IN_LIST.sub(r"\2list_contains([\3], \1)", condition)))
    return exp.Not(this=call("coalesce", verbatim, exp.true()))


@cache
def columns_read(condition: str) -> frozenset[str]:
    """The columns that a contract's condition reads."""
    return frozenset(column.name for column in sqlglot.parse_one(condition, dialect=DIALECT).find_all(exp.Column))


def _holds_of_nothing(rule: RowRule, contract: Contract) -> bool:
    read = columns_read(rule.condition)
    return not _breaks_of_nothing(rule.condition, tuple(column for column in contract.columns if column.name in read))


@cache
def _breaks_of_nothing(condition: str, columns: tuple[Column, ...]) -> bool:
    nothing = [labelled(cast(exp.null(), column.type), column.name) for column in columns]
    query = select([breaks(condition)], exp.Select(expressions=nothing))
    with duckdb.connect() as connection:
        row = connection.execute(render(query)).fetchone()
    return row is None or bool(row[0])
