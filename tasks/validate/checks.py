"""What is checked, in terms that no checking engine appears in: the neutral list between contracts and Great Expectations.

A check judges one relation of the schema `landing`. It never sees or returns a row value, only aggregates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tasks.contracts.load import DatasetRule
from tasks.problems import Severity

Finding = Callable[[Decimal | None], str]
"""Says what is wrong, given the observed number (None: there was nothing to measure)."""


@dataclass(frozen=True)
class Check:
    """One thing that must hold. `sentence` states it, `where` and `fix` go to the user when it does not hold."""

    name: str
    relation: str
    where: str
    sentence: str
    fix: str
    severity: Severity = "error"


@dataclass(frozen=True)
class ColumnsCheck(Check):
    """The relation has exactly these columns, in this order, with these DuckDB types."""

    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KeyCheck(Check):
    """No two rows share the values of `key`; observed is the number of rows beyond the first of each key."""

    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureCheck(Check):
    """An SQL aggregate over the relation lies between two limits, inclusive; a NULL aggregate breaks the check."""

    aggregate: str = "count(*)"
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    finding: Finding = str


@dataclass(frozen=True)
class ExpectationCheck(Check):
    """A dataset rule that the contract states as a Great Expectations expectation."""

    rule: DatasetRule | None = None


def none_of(
    condition: str,
    *,
    name: str,
    relation: str,
    where: str,
    sentence: str,
    finding: str,
    fix: str,
    severity: Severity = "error",
) -> MeasureCheck:
    """No row fulfils `condition`; `finding` is what to say about `{count}` rows that do."""
    return MeasureCheck(
        name=name,
        relation=relation,
        where=where,
        sentence=sentence,
        fix=fix,
        severity=severity,
        aggregate=f"count(*) FILTER (WHERE {condition})",
        maximum=Decimal(0),
        finding=lambda observed: finding.format(count=counted(observed)),
    )


def counted(observed: Decimal | None) -> str:
    """A count of rows in words: `1 row`, `1,204 rows`."""
    count = int(observed or 0)
    return f"{count:,} row" + ("" if count == 1 else "s")


def sql_text(value: str) -> str:
    """`value` as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"
