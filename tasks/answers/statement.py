"""A customer's statement as his page shows it: what is open by the published warehouse, read-only, whatever a run does meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.warehouse.current import open_current

ROWS_READ = 5_000
"""Receivables of one customer that his page and his answers reach; a customer with more is spoken with, not clicked through."""

# Those of the message first, then by due date. The statement is of the day that the published run was for.
_ROWS = f"""
SELECT receivable_id, document_number, document_type, instalment_number, invoice_date, due_date, days_overdue, currency, amount,
    open_amount, list_contains($listed, receivable_id) AS is_of_message
FROM mart.receivables
WHERE company_id = $company_id AND customer_id = $customer_id
ORDER BY is_of_message DESC, due_date, document_number, receivable_id
LIMIT {ROWS_READ}
"""  # noqa: S608 a number of ours
_TOTALS = """
SELECT currency, open_amount, overdue_amount, credit_amount, open_receivables
FROM mart.customer_balances
WHERE company_id = $company_id AND customer_id = $customer_id
ORDER BY currency
"""
_CURRENCY_AT = 7
_CUSTOMER = "SELECT name, country FROM mart.customers WHERE company_id = $company_id AND customer_id = $customer_id"
_AS_OF = "SELECT as_of FROM mart.runs WHERE is_current"


@dataclass(frozen=True)
class StatementRow:
    """An open receivable. Amounts are positive, in its currency; `days_overdue` is negative before the due date."""

    receivable_id: str
    document_number: str
    document_type: str
    instalment_number: int | None
    invoice_date: date
    due_date: date
    days_overdue: int
    currency: str
    amount: Decimal
    open_amount: Decimal
    is_of_message: bool


@dataclass(frozen=True)
class Total:
    """What is open in one currency; `credit_amount` stands in the customer's favour and is not taken off."""

    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    credit_amount: Decimal
    open_receivables: int


@dataclass(frozen=True)
class Statement:
    """What is open of one customer, the message's receivables first. `as_of` is None where nothing has been published."""

    customer_id: str
    customer_name: str
    country: str
    as_of: date | None
    rows: tuple[StatementRow, ...]
    totals: tuple[Total, ...]

    @cached_property
    def by_id(self) -> dict[str, StatementRow]:
        """The rows by receivable."""
        return {row.receivable_id: row for row in self.rows}


def read_statement(paths: WorkspacePaths, *, company_id: str, customer_id: str, listed: frozenset[str]) -> Statement:
    """The statement of `customer_id`; `listed` are the receivables of the message. Empty where nothing has been published."""
    whose = {"company_id": company_id, "customer_id": customer_id}
    try:
        with ExitStack() as stack:
            connection = open_current(paths, stack)
            customer = connection.execute(_CUSTOMER, whose).fetchone()
            rows = connection.execute(_ROWS, {**whose, "listed": sorted(listed)}).fetchall()
            totals = connection.execute(_TOTALS, whose).fetchall()
            published = connection.execute(_AS_OF).fetchone()
    except UserProblem:
        return Statement(customer_id, "", "", None, (), ())
    name, country = customer or ("", "")
    return Statement(
        customer_id=customer_id,
        customer_name=name or "",
        country=country or "",
        as_of=published[0] if published else None,
        rows=tuple(StatementRow(*row) for row in rows),
        totals=tuple(sorted((Total(*row) for row in totals), key=lambda total: _place(total.currency, rows))),
    )


def _place(currency: str, rows: Sequence[tuple[object, ...]]) -> int:
    """Currencies stand in the order in which the list meets them: that of the message first."""
    met = [row[_CURRENCY_AT] for row in rows]
    return met.index(currency) if currency in met else len(met)
