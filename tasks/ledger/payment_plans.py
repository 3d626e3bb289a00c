"""Payment plans: several instalments promised at once, each recorded as a promise that names its plan."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from sqlalchemy import Connection

from tasks.ledger.knowledge import Promise, record
from tasks.problems import LedgerProblem


@dataclass(frozen=True, kw_only=True)
class PaymentPlan:
    """The customer will pay `instalments`, an amount by each day, of a receivable or (None) of what he owes in `currency`.

    Raises:
        LedgerProblem: fewer than two instalments, an amount that is not positive, or a day before `recorded_on`.
    """

    customer_id: str
    instalments: Mapping[date, Decimal]
    currency: str
    author: str
    recorded_on: date
    receivable_id: str | None = None

    def __post_init__(self) -> None:
        where = f"payment plan of customer {self.customer_id}"
        if len(self.instalments) < 2:
            raise LedgerProblem.at(
                where, f"has {len(self.instalments)} instalments", "Give two or more; of one, record a promise."
            )
        for day, amount in self.instalments.items():
            if amount <= 0:
                raise LedgerProblem.at(where, f"has the amount {amount} for {day}", "Give positive amounts.")
            if day < self.recorded_on:
                raise LedgerProblem.at(where, f"has an instalment for {day}, which has passed", "Give days to come.")

    def promises(self, plan_id: str) -> tuple[Promise, ...]:
        """Its instalments by day. `plan_amount`: what has to have come by each, so that no money counts for two of them."""
        days = sorted(self.instalments)
        return tuple(
            Promise(
                customer_id=self.customer_id,
                receivable_id=self.receivable_id,
                promised_for=day,
                amount=self.instalments[day],
                currency=self.currency,
                plan_id=plan_id,
                plan_amount=by_then,
                author=self.author,
                recorded_on=self.recorded_on,
            )
            for day, by_then in zip(days, accumulate(self.instalments[day] for day in days), strict=True)
        )


def record_plan(connection: Connection, company_id: str, plan: PaymentPlan) -> str:
    """Records all instalments of `plan`; returns its id."""
    plan_id = f"plan-{secrets.token_hex(6)}"
    for promise in plan.promises(plan_id):
        record(connection, company_id, promise)
    return plan_id
