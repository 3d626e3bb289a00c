"""The synthetic receivables on which a strategy's ladders are tried out: none is ever paid, and nobody is behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tasks.duties.links import CONFIRMS, LINKS, ConfirmationKind, Link
from tasks.segment.ladders import Ladder
from tasks.segment.said_steps import said_steps
from tasks.segment.strategy import Override, Strategy

Kind = Literal["usual", "payable_on_receipt", "direct_debit", "mandate", "payment_document", "event", "confirmed"]
AMOUNT = Decimal(1_000_000)
"""Far above any minimum amount."""
_USUAL_TERMS = 60
_ROOM = 14
"""Days between the invoice and the first step that can be said before the due date, at least."""
_METHODS: dict[Kind, str] = {"direct_debit": "direct_debit", "mandate": "direct_debit", "payment_document": "letra"}
_ASKED_OF: dict[Link, Kind] = {"direct_debit_ready": "mandate", "payment_document_missing": "payment_document"}
"""Who is asked for a mandate or a document, by the way of payment; the other links are everybody's."""


@dataclass(frozen=True)
class Case:
    """One receivable of one customer, whose ladder is given. `event`: what happens to it, on `event_on`."""

    customer_id: str
    ladder: str
    segment: str | None
    kind: Kind
    country: str
    invoice_date: date
    due_date: date
    event: str | None = None
    event_on: date | None = None
    confirmed: tuple[ConfirmationKind, ...] = ()

    @property
    def payment_method(self) -> str:
        """The customer's, as the customers contract writes it."""
        return _METHODS.get(self.kind, "transfer")

    @property
    def override(self) -> Override:
        """Puts the customer on the ladder, in place of the segments' conditions."""
        place = {"ladder": self.ladder} if self.segment is None else {"segment": self.segment}
        return Override(
            customer=self.customer_id, until=date.max, reason="tried out by the linter", author="puntual", **place
        )


def cases_of(strategy: Strategy, *, countries: Iterable[str], due_on: date) -> tuple[Case, ...]:
    """The receivables that show what each ladder can say, one of each kind that concerns it and per country.

    A ladder of several segments that ask for different confirmations is tried in each of them.
    """
    drafts = [
        (name, segment, *variant)
        for name, ladder in strategy.ladders.items()
        for segment in _segments(strategy, name)
        for variant in _variants(ladder, due_on)
    ]
    return tuple(
        Case(
            customer_id=f"case-{number}",
            ladder=ladder,
            segment=segment,
            kind=kind,
            country=country,
            invoice_date=due_on if kind == "payable_on_receipt" else due_on - timedelta(days=terms),
            due_date=due_on,
            event=event,
            event_on=event_on,
            confirmed=confirmed,
        )
        for number, (country, (ladder, segment, terms, kind, event, event_on, confirmed)) in enumerate(
            ((country, draft) for country in dict.fromkeys(countries) for draft in drafts), start=1
        )
    )


def _segments(strategy: Strategy, ladder: str) -> Sequence[str | None]:
    """A segment of the ladder for each set of confirmations that are asked in it; none of them where no segment uses it."""
    by_links: dict[tuple[Link, ...], str | None] = {}
    for segment in strategy.segments:
        if segment.ladder == ladder:
            by_links.setdefault(strategy.duties.links_of(segment.name), segment.name)
    return tuple(by_links.values()) or (None,)


def _variants(
    ladder: Ladder, due_on: date
) -> Iterator[tuple[int, Kind, str | None, date | None, tuple[ConfirmationKind, ...]]]:
    steps = ladder.steps
    early = [step.days for step in steps if step.anchor in ("before_due", "after_invoice")]
    terms = max(_USUAL_TERMS, max(early, default=0) + _ROOM)
    yield terms, "usual", None, None, ()
    yield terms, "payable_on_receipt", None, None, ()
    yield terms, "direct_debit", None, None, ()
    links = {said.link for said in said_steps(steps) if said.link is not None}
    for number, link in enumerate(LINKS):
        if link in links and (number or link in _ASKED_OF):
            before = tuple(CONFIRMS[earlier] for earlier in LINKS[:number])
            yield terms, _ASKED_OF.get(link, "confirmed"), None, None, before
    for event in dict.fromkeys(step.after_event.event for step in steps if step.after_event is not None):
        confirmation = event.startswith("confirmed_")
        yield terms, "event", event, due_on + timedelta(days=-terms + _ROOM if confirmation else _ROOM), ()
