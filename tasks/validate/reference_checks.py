"""Warnings about rows that name a customer nobody knows: they land, but are worth a look."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from tasks.validate.checks import MeasureCheck, counted

_NOWHERE = "neither in the customers export nor in receivables"


def reference_checks(contracts: Collection[str]) -> Iterator[MeasureCheck]:
    """The warnings that make sense for the landed `contracts`."""
    if "payments" in contracts:
        fix = "They stay unapplied; check the customer codes."
        yield _unknown_customers("payments", known_in=("customers", "receivables"), where=_NOWHERE, fix=fix)
    if "contacts" in contracts:
        fix = "They are not used; check the customer codes."
        yield _unknown_customers("contacts", known_in=("customers", "receivables"), where=_NOWHERE, fix=fix)
    if {"receivables", "customers"} <= set(contracts):
        fix = "They are handled with what the receivables say; export the missing customers, or check leading zeros."
        yield _unknown_customers("receivables", known_in=("customers",), where="not in the customers export", fix=fix)


def _unknown_customers(contract: str, *, known_in: tuple[str, ...], where: str, fix: str) -> MeasureCheck:
    """Rows of customers that the first contract does not know are nearly always none, so that the next reads hardly anything."""
    key = "company_id, customer_id"
    steps = [f"SELECT {key} FROM landing.{contract} WHERE customer_id IS NOT NULL"]  # noqa: S608 - our contracts' names
    for known in known_in:
        steps.append(f"SELECT {key} FROM unknown_{len(steps) - 1} ANTI JOIN landing.{known} USING ({key})")  # noqa: S608 - as above
    named = ", ".join(f"unknown_{place} AS {'MATERIALIZED ' * (place > 0)}({step})" for place, step in enumerate(steps))
    return MeasureCheck(
        name=f"{contract}_customer_known",
        relation=f"landing.{contract}",
        where=f"{contract}, column customer_id",
        sentence=f"Every customer of {contract} is known (warning only).",
        fix=fix,
        severity="warning",
        aggregate=f"(WITH {named} SELECT count(*) FROM unknown_{len(known_in)})",  # noqa: S608 - as above
        maximum=Decimal(0),
        finding=lambda count: f"{counted(count)} whose customer is {where}",
    )
