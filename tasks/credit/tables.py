"""Loads the credit policy into small tables `policy.credit_*` of the work database, where `sql/credit` reads it.

Columns are in `TABLES`. `credit_conditions` are rows as in `policy.segment_conditions`; `credit_tolerances.minimum_overdue` is a
copy of the tolerance per currency, the strategy's minimum_amount where the policy lists none. No SQL is made from the file's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tasks.credit.policy import CreditPolicy, CreditRule
from tasks.credit.reasons import load_hold_reasons
from tasks.segment.conditions import Words
from tasks.warehouse.column_types import MONEY, Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.small_tables import write_small_table

Value = str | int | bool | Decimal | date | list[str] | None
Row = tuple[Value, ...]
_PERIOD: Columns = {"from_on": "DATE", "until_on": "DATE"}

TABLES: Mapping[str, Columns] = {
    "policy.credit_parameters": {
        "credit_policy_version": "VARCHAR",
        "valid_days": "INTEGER",
        "tolerance_percent": "DECIMAL(7,4)",
        "rates_valid_days": "INTEGER",
    },
    "policy.credit_tolerances": {"currency": "VARCHAR", "tolerance_amount": MONEY},
    "policy.credit_rules": {
        "rule_rank": "INTEGER",
        "rule": "VARCHAR",
        "limit_sources": "VARCHAR[]",
        "risk_days": "DECIMAL(9,2)",
        "suspension_days_overdue": "INTEGER",
        "suspension_deadline_days": "INTEGER",
        "announced_by": "VARCHAR[]",
    },
    "policy.credit_conditions": {
        "rule_rank": "INTEGER",
        "fact": "VARCHAR",
        "words": "VARCHAR[]",
        "is_excluded": "BOOLEAN",
    },
    "policy.credit_thresholds": {"rule_rank": "INTEGER", "currency": "VARCHAR", "risk_money_days": MONEY},
    "policy.credit_caps": {
        "rule_rank": "INTEGER",
        "risk_grade": "VARCHAR",
        "currency": "VARCHAR",
        "cap_amount": MONEY,
    },
    "policy.credit_covers": {
        "customer_id": "VARCHAR",
        "source": "VARCHAR",
        "currency": "VARCHAR",
        "amount": MONEY,
        **_PERIOD,
    },
    "policy.credit_exemptions": {"customer_id": "VARCHAR", "order_id": "VARCHAR", **_PERIOD},
    "policy.credit_approvals": {"customer_id": "VARCHAR", "approved_on": "DATE", **_PERIOD},
    "policy.credit_rates": {
        "currency": "VARCHAR",
        "into_currency": "VARCHAR",
        "stated_on": "DATE",
        "rate": "DECIMAL(18,8)",
    },
    "policy.credit_reasons": {"reason": "VARCHAR", "decision": "VARCHAR", "precedence": "INTEGER"},
    "policy.serving_costs": {
        "financing_rate": "DECIMAL(7,4)",
        "margin_percent": "DECIMAL(7,4)",
        "cost_share_percent": "DECIMAL(7,4)",
    },
    "policy.contact_costs": {"currency": "VARCHAR", "channel": "VARCHAR", "cost": MONEY},
    "policy.class_margins": {"customer_class": "VARCHAR", "margin_percent": "DECIMAL(7,4)"},
}
"""The tables this module writes: name to columns."""


def load_credit_policy(
    connection: Connection, policy: CreditPolicy, minimum_amounts: Mapping[str, Decimal] | None = None
) -> None:
    """Writes the tables above.

    Args:
        connection: the work database, writable.
        policy: the section `credit_policy`, or its defaults.
        minimum_amounts: the strategy's, per currency: the tolerance where the policy lists no amount.
    """
    tolerated = {**(minimum_amounts or {}), **policy.tolerance.amount}
    ranked = list(enumerate(policy.rules, start=1))
    rows: Mapping[str, Sequence[Row]] = {
        "credit_parameters": [
            (policy.version, policy.valid_days, policy.tolerance.percent, policy.rates_valid_days),
        ],
        "credit_tolerances": list(tolerated.items()),
        "credit_rules": [_rule(rank, rule) for rank, rule in ranked],
        "credit_conditions": [row for rank, rule in ranked for row in _conditions(rank, rule)],
        "credit_thresholds": [row for rank, rule in ranked for row in _thresholds(rank, rule)],
        "credit_caps": [row for rank, rule in ranked for row in _caps(rank, rule)],
        "credit_covers": [
            (given.customer, given.source, given.currency, given.amount, given.valid_from, given.until)
            for given in policy.guarantees
        ],
        "credit_exemptions": [(one.customer, one.order, one.valid_from, one.until) for one in policy.exempt],
        "credit_approvals": [
            (one.customer, one.approved_on, one.valid_from, one.until) for one in policy.approved_suspensions
        ],
        "credit_rates": [(rate.currency, rate.into, rate.stated_on, rate.rate) for rate in policy.rates],
        "credit_reasons": [
            (reason.name, reason.decision, place) for place, reason in enumerate(load_hold_reasons().values(), start=1)
        ],
        **_serving(policy),
    }
    for name, content in rows.items():
        _write(connection, f"policy.{name}", content)


def _rule(rank: int, rule: CreditRule) -> Row:
    sources: list[str] = [*rule.limit.sources, "initial"] if rule.limit is not None else []
    return (
        rank,
        rule.name,
        sources,
        rule.arrears.risk_days if rule.arrears else None,
        rule.suspension.days_overdue if rule.suspension else None,
        rule.suspension.deadline_days if rule.suspension else None,
        list(rule.suspension.announced_by) if rule.suspension else [],
    )


def _conditions(rank: int, rule: CreditRule) -> Iterator[Row]:
    for fact, asked in rule.when.given().items():
        if isinstance(asked, Words):
            yield (rank, fact, list(asked.any_of or asked.none_of), bool(asked.none_of))
        else:
            yield (rank, fact, [str(asked).lower()], False)


def _thresholds(rank: int, rule: CreditRule) -> Iterator[Row]:
    if rule.arrears is not None:
        for currency, limit in rule.arrears.risk_money_days.items():
            yield (rank, currency, limit)


def _caps(rank: int, rule: CreditRule) -> Iterator[Row]:
    if rule.limit is not None:
        for grade, amounts in rule.limit.initial.items():
            for currency, amount in amounts.items():
                yield (rank, grade, currency, amount)


def _serving(policy: CreditPolicy) -> Mapping[str, Sequence[Row]]:
    costs = policy.cost_to_serve
    if costs is None:
        return {"serving_costs": [], "contact_costs": [], "class_margins": []}
    return {
        "serving_costs": [(costs.financing_rate, costs.margin_percent, costs.cost_share_percent)],
        "contact_costs": [
            (currency, channel, cost)
            for currency, channels in costs.contact_cost.items()
            for channel, cost in channels.items()
        ],
        "class_margins": list(costs.margin_percent_by_class.items()),
    }


def _write(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    write_small_table(connection, table, TABLES[table], rows)
