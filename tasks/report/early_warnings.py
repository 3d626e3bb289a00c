"""The early warnings as the diagnosis shows them: the facts of each, in words, and how many customers have it.

What each warning is and how well it warns: docs/score.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.report.words import Words
from tasks.warehouse.connection import Connection

_WARNINGS = """
SELECT w.customer_id, w.warning, w.since, w.value_before, w.value_after, w.item_count, w.currency, w.has_overdue
FROM mart.early_warnings AS w
INNER JOIN mart.diagnosis AS d
    ON w.company_id = d.company_id AND w.customer_id = d.customer_id AND d.finding = 'early_warning'
ORDER BY w.customer_id, w.place
"""
_COUNTS = """
SELECT w.warning, c.currency, count(*) AS customers, count(*) FILTER (WHERE NOT w.has_overdue) AS ahead
FROM mart.early_warnings AS w
INNER JOIN diagnosis.changes AS c
    ON w.company_id = c.company_id AND w.customer_id = c.customer_id AND c.finding = 'early_warning'
INNER JOIN policy.early_warnings AS kinds ON w.warning = kinds.warning
GROUP BY w.warning, c.currency, kinds.severity ORDER BY kinds.severity, c.currency
"""
_DAYS_FROM_DUE = ("pays_later", "first_late", "unpaid_past_usual_day")


@dataclass(frozen=True)
class EarlyWarning:
    """A row of `mart.early_warnings`, in the units of its contract."""

    customer_id: str
    warning: str
    since: date
    value_before: float | None
    value_after: float | None
    item_count: int
    currency: str | None
    has_overdue: bool


@dataclass(frozen=True)
class WarningCount:
    """How many debtors have a warning, in the currency they are listed in, and of how many nothing was overdue yet."""

    warning: str
    currency: str
    customers: int
    ahead: int


def read_warnings(connection: Connection) -> tuple[EarlyWarning, ...]:
    """All warnings of the customers that `mart.diagnosis` lists for theirs, each customer's strongest first."""
    return tuple(EarlyWarning(*row) for row in connection.execute(_WARNINGS).fetchall())


def read_warning_counts(connection: Connection) -> tuple[WarningCount, ...]:
    """How many debtors have each warning, listed or not; the strongest warning first."""
    return tuple(WarningCount(*row) for row in connection.execute(_COUNTS).fetchall())


def warning_facts(words: Words, warning: EarlyWarning) -> str:
    """What a warning rests on, and since when: `median 2 days before, 9 now; since 4 May`."""
    key = f"warning_{warning.warning}"
    facts = words[f"{key}_one" if warning.item_count == 1 else key].format(
        before=_value(words, warning, warning.value_before),
        after=_value(words, warning, warning.value_after),
        count=words.number(warning.item_count),
    )
    return words["warning_since"].format(facts=facts, day=words.days(warning.since, warning.since))


def _value(words: Words, warning: EarlyWarning, value: float | None) -> str:
    if value is None:
        return ""
    if warning.currency is not None:
        return words.about(Decimal(str(value)), warning.currency)
    if warning.warning not in _DAYS_FROM_DUE:
        return words.number(value)
    if -0.5 < value < 0.5:
        return words["due_day"]
    days = words.number(abs(value))
    key = "due_day_before" if value < 0 else "due_day_after"
    return words[f"{key}_one" if days == "1" else key].format(days=days)
