"""Whom a strategy thanks for a payment: the model of `thank_you`, its mistakes, and the small tables that `sql/thanks` reads.

* `policy.thank_you`, one row where anybody is thanked: `channel, contact_role, is_for_reminded, is_for_promise_kept, is_for_in_time
  BOOLEAN, within_days, every_days INTEGER`.
* `policy.thank_you_segments`: `segment`.
* `policy.thank_you_minimums`: `currency, minimum_amount DECIMAL(18,2)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tasks.problems import Problem
from tasks.segment.ladders import ContactRole, MessageChannel, Name
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode
from tasks.warehouse.column_types import MONEY, Columns

STEP = "thank_you"
"""What the ledger calls the step of a message of thanks, which no ladder has."""

Deed = Literal["reminded", "promise_kept", "in_time"]
Row = tuple[str | int | bool | Decimal, ...]


class ThankYou(Strict):
    """Thanks customers of some segments for what they paid, seldom and never beside another message."""

    segments: tuple[Name, ...] = Field(
        min_length=1, description="Whose customers are thanked; also those left in peace."
    )
    deeds: tuple[Deed, ...] = Field(
        ("reminded", "promise_kept"),
        alias="for",
        min_length=1,
        description="What is thanked for: paying after a reminder, keeping a promise, paying by the due date. One is enough.",
    )
    channel: MessageChannel = "email"
    contact_role: ContactRole = "reminder"
    within_days: Annotated[int, Field(ge=1, le=60)] = Field(7, description="Of the payment.")
    every_days: Annotated[int, Field(ge=1, le=1000)] = Field(
        60, description="A customer is thanked at most once in so many days."
    )
    minimum_amount: dict[CurrencyCode, Annotated[Decimal, Field(ge=0)]] = Field(
        default_factory=dict, description="What was paid in one currency must reach this."
    )


TABLES: Mapping[str, Columns] = {
    "policy.thank_you": {
        "channel": "VARCHAR",
        "contact_role": "VARCHAR",
        "is_for_reminded": "BOOLEAN",
        "is_for_promise_kept": "BOOLEAN",
        "is_for_in_time": "BOOLEAN",
        "within_days": "INTEGER",
        "every_days": "INTEGER",
    },
    "policy.thank_you_segments": {"segment": "VARCHAR"},
    "policy.thank_you_minimums": {"currency": "VARCHAR", "minimum_amount": MONEY},
}
"""The tables: name to columns."""


def rows_of(thanks: ThankYou | None) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each of `TABLES`, in its order; none where nobody is thanked."""
    if thanks is None:
        yield from ((table, []) for table in TABLES)
        return
    deeds = [deed in thanks.deeds for deed in ("reminded", "promise_kept", "in_time")]
    yield (
        "policy.thank_you",
        [(thanks.channel, thanks.contact_role, *deeds, thanks.within_days, thanks.every_days)],
    )
    yield "policy.thank_you_segments", [(segment,) for segment in dict.fromkeys(thanks.segments)]
    yield "policy.thank_you_minimums", list(thanks.minimum_amount.items())


def lint_thank_you(
    thanks: ThankYou | None,
    *,
    segments: Collection[str],
    steps: Collection[str],
    channels: Collection[str] | None,
    caps: Collection[tuple[int, int]],
    where: str,
) -> Iterator[Problem]:
    """What can never be said, or is said to nobody.

    `steps`: the names of all ladders' steps. `channels`: those that something here delivers; None: do not look. `caps`: those that the
    channel keeps to, as contacts and the days they are counted in.
    """
    if thanks is None:
        return
    place = f"{where}: thank_you"
    for segment in thanks.segments:
        if segment not in segments:
            known = ", ".join(segments)
            yield Problem("error", place, f"the segment '{segment}' does not exist", f"Use one of: {known}.")
    if STEP in steps:
        yield Problem(
            "error",
            place,
            f"a ladder has a step of the name '{STEP}', by which messages of thanks are remembered",
            "Rename that step.",
        )
    if channels is not None and thanks.channel not in channels:
        yield Problem(
            "error",
            place,
            f"cannot be sent: nothing here delivers the channel '{thanks.channel}'",
            f"Use one of: {', '.join(sorted(channels))}; or set up `sending.{thanks.channel}` in puntual.yaml.",
        )
    for contacts, days in caps:
        if contacts == 1:
            yield Problem(
                "warning",
                place,
                f"thanks are the one contact that the cap leaves in {days} days: a reminder may wait so long for them",
                "Allow two contacts, or thank only customers who are seldom reminded.",
            )
