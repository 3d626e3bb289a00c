"""What of a customer stands in a draft: from the published warehouse, read-only, and what the ledger knows of disputes by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.ledger.live import learned_by
from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.settings.load import Workspace
from tasks.warehouse.connection import open_for_reading

_CUSTOMER = "SELECT name FROM mart.customers WHERE customer_id = $customer_id"
_ITEMS = """
SELECT document_number, invoice_date, due_date, currency, open_amount FROM mart.receivables
WHERE customer_id = $customer_id AND is_disputed IS DISTINCT FROM TRUE AND NOT list_contains($disputed, receivable_id)
AND (NOT $only_overdue OR days_overdue > 0)
ORDER BY currency, due_date, document_number
"""
_CLAIMS = """
SELECT kind, currency, sum(amount) FROM mart.claims
WHERE customer_id = $customer_id AND status = 'claimed' GROUP BY kind, currency ORDER BY kind, currency
"""
_TERMS = "SELECT date_diff('day', invoice_date, due_date) FROM mart.receivables WHERE NOT is_due_date_derived"


@dataclass(frozen=True)
class CaseItem:
    """A receivable as a draft lists it; disputed ones are left out."""

    document_number: str
    invoice_date: date
    due_date: date
    currency: str
    open_amount: Decimal


@dataclass(frozen=True)
class Case:
    """A customer's open items and what is claimed for their lateness, by kind and currency."""

    customer_id: str
    name: str
    items: tuple[CaseItem, ...]
    claims: tuple[tuple[str, str, Decimal], ...]

    @property
    def totals(self) -> dict[str, Decimal]:
        """The sum of the items by currency."""
        sums: dict[str, Decimal] = {}
        for item in self.items:
            sums[item.currency] = sums.get(item.currency, Decimal(0)) + item.open_amount
        return sums


def read_case(workspace: Workspace, customer_id: str, *, on: date, only_overdue: bool) -> Case:
    """The case of a customer as the newest published run has it, without what is in dispute on `on`, be it in part.

    Raises:
        UserProblem: nothing is published, the customer is not known, or nothing of his is open that a draft could name.
    """
    paths = workspace.paths
    _require_published(paths)
    disputed = _disputed(workspace, customer_id, on)
    with open_for_reading(paths.current_warehouse) as connection:
        named = connection.execute(_CUSTOMER, {"customer_id": customer_id}).fetchone()
        if named is None:
            raise UserProblem.at(f"customer {customer_id}", "is not in the published warehouse", "Check the code.")
        wanted = {"customer_id": customer_id, "only_overdue": only_overdue, "disputed": sorted(filter(None, disputed))}
        rows = [] if None in disputed else connection.execute(_ITEMS, wanted).fetchall()
        claims = connection.execute(_CLAIMS, {"customer_id": customer_id}).fetchall()
    if not rows:
        what = "has nothing overdue and undisputed" if only_overdue else "has nothing open and undisputed"
        raise UserProblem.at(f"customer {customer_id}", what, "There is nothing to ask him for.")
    return Case(customer_id, named[0] or customer_id, tuple(CaseItem(*row) for row in rows), tuple(claims))


def read_terms_days(paths: WorkspacePaths) -> list[int]:
    """The days from invoice to due date of everything open; empty before the first run."""
    if not paths.current_warehouse.exists():
        return []
    with open_for_reading(paths.current_warehouse) as connection:
        return [days for (days,) in connection.execute(_TERMS).fetchall() if days is not None]


def _disputed(workspace: Workspace, customer_id: str, on: date) -> set[str | None]:
    """The receivables that the customer disputes by the ledger, such as by an answer of today; None: all of them."""
    disputes = learned_by(workspace, on).get("ledger.disputes")
    return {
        dispute["receivable_id"]
        for dispute in ([] if disputes is None else disputes.to_pylist())
        if dispute["customer_id"] == customer_id and (dispute["resolved_on"] is None or dispute["resolved_on"] > on)
    }


def _require_published(paths: WorkspacePaths) -> None:
    if not paths.current_warehouse.exists():
        raise UserProblem.at("the published warehouse", "does not exist yet", "Run the day first: `puntual run DIR`.")
