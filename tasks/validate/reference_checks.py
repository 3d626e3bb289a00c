"""Warnings about rows that name a customer nobody knows: they land, but are worth a look."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from tasks.validate.checks import MeasureCheck, counted

_IN_CUSTOMERS = "SELECT company_id, customer_id FROM landing.customers"
_IN_RECEIVABLES = "SELECT DISTINCT company_id, customer_id FROM landing.receivables"


def reference_checks(contracts: Collection[str]) -> Iterator[MeasureCheck]:
    """The warnings that make sense for the landed `contracts`."""
    known = f"{_IN_CUSTOMERS} UNION {_IN_RECEIVABLES}"
    if "payments" in contracts:
        yield _unknown_customers(
            "payments",
            known=known,
            where="neither in the customers export nor in receivables",
            fix="They stay unapplied; check the customer codes.",
        )
    if "contacts" in contracts:
        yield _unknown_customers(
            "contacts",
            known=known,
            where="neither in the customers export nor in receivables",
            fix="They are not used; check the customer codes.",
        )
    if {"receivables", "customers"} <= set(contracts):
        yield _unknown_customers(
            "receivables",
            known=_IN_CUSTOMERS,
            where="not in the customers export",
            fix="They are handled with what the receivables say; export the missing customers, or check leading zeros.",
        )


def _unknown_customers(contract: str, *, known: str, where: str, fix: str) -> MeasureCheck:
    return MeasureCheck(
        name=f"{contract}_customer_known",
        relation=f"landing.{contract}",
        where=f"{contract}, column customer_id",
        sentence=f"Every customer of {contract} is known (warning only).",
        fix=fix,
        severity="warning",
        aggregate=(
            "(SELECT coalesce(sum(named.row_count), 0) FROM "  # noqa: S608 - contract names are a closed list of ours
            f"(SELECT company_id, customer_id, count(*) AS row_count FROM landing.{contract} "
            "WHERE customer_id IS NOT NULL GROUP BY company_id, customer_id) AS named "
            f"ANTI JOIN ({known}) AS known USING (company_id, customer_id))"
        ),
        maximum=Decimal(0),
        finding=lambda count: f"{counted(count)} whose customer is {where}",
    )
