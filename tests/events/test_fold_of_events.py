"""Where messages and addresses end does not depend on the order, the grouping or the repetition of events."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tasks.events.event import EventKind, ProviderEvent
from tasks.ledger.claim import ClaimContext
from tasks.ledger.ledger import Ledger
from tasks.ledger.recheck import Rendered
from tasks.ledger.reminders import PlannedItem, PlannedReminder, reminder_id_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status

CUSTOMERS = ("C1", "C2")
TODAY = date(2026, 6, 10)
WEIGHT = ["none", "accepted", "dropped", "delivered", "bounced"]
SAYS = {
    EventKind.PROCESSED: "accepted",
    EventKind.DEFERRED: "accepted",
    EventKind.DELIVERED: "delivered",
    EventKind.COMPLAINED: "delivered",
    EventKind.UNSUBSCRIBED: "delivered",
    EventKind.DROPPED: "dropped",
    EventKind.SOFT_BOUNCED: "bounced",
    EventKind.HARD_BOUNCED: "bounced",
}
STARTS = (
    *(Status.ACCEPTED, Status.ACCEPTED),
    *(Status.UNKNOWN, Status.ACCEPTED),
    *(None, Status.REJECTED),
    *(Status.ACCEPTED, Status.ACCEPTED),
)
"""How the messages of four days to two customers were left before any event."""


def _messages_in(ledger: Ledger, new_reminder: Callable[..., PlannedReminder]):
    """One message a day to each customer, left as `STARTS` says (None: claimed); customer, day and start by id."""
    messages = {}
    for number, start in enumerate(STARTS):
        customer, as_of = CUSTOMERS[number % len(CUSTOMERS)], date(2026, 6, 1) + timedelta(number // len(CUSTOMERS))
        one = new_reminder(customer, as_of)
        item = PlannedItem(
            reminder_key=one.reminder_key,
            company_id="acme",
            customer_id=customer,
            receivable_id=f"{customer}-F1",
            step="first",
            open_amount=Decimal(100),
        )
        ledger.plan(run_id="r-1", as_of=as_of, reminders=[one], items=[item])
        ready = Rendered(
            recipient_address=one.recipient_address, total_amount=Decimal(100), items={item.receivable_id: Decimal(100)}
        )
        context = ClaimContext(
            as_of=as_of, today=as_of, rendered={one.reminder_key: ready}, open_amounts={}, claim_token="t"
        )
        assert len(ledger.claim([one.reminder_key], context=context).claimed) == 1
        if start is not None:
            ledger.settle([Outcome(reminder_key=one.reminder_key, status=start)], claim_token="t")
        messages[reminder_id_of(one.reminder_key)] = (customer, as_of, start)
    return messages


def _state(ledger):
    with ledger._store.reading() as connection:
        statuses = dict(map(tuple, connection.execute(text("SELECT reminder_id, status FROM reminders")).all()))
        marks = connection.execute(
            text("SELECT mark_id, customer_id, contact_id, address, kind, from_on FROM contact_marks ORDER BY 1")
        ).all()
        kept = connection.execute(text("SELECT count(*) FROM provider_events")).scalar_one()
    return statuses, [tuple(mark) for mark in marks], kept


def _marks_by_hand(messages, events: Sequence[ProviderEvent], statuses) -> set[tuple[str, str]]:
    """Customer and kind of each mark that there must be: what events say, and three messages in a row that came back."""
    direct = {
        EventKind.HARD_BOUNCED: "bounced",
        EventKind.COMPLAINED: "complained",
        EventKind.UNSUBSCRIBED: "unsubscribed",
    }
    drops = {"bounced_address": "bounced", "unsubscribed_address": "unsubscribed"}
    found = set()
    for event in events:
        customer = messages[event.reminder_id][0]
        kind = drops.get(event.detail or "") if event.kind is EventKind.DROPPED else direct.get(event.kind)
        if kind:
            found.add((customer, kind))
    for customer in CUSTOMERS:
        own = sorted((as_of, reminder_id) for reminder_id, (of, as_of, _) in messages.items() if of == customer)
        sent = [statuses[reminder_id] for _, reminder_id in own if statuses[reminder_id] != "rejected"]
        if any(sent[i : i + 3] == ["bounced"] * 3 for i in range(len(sent) - 2)):
            found.add((customer, "bounced"))
    return found


@pytest.fixture(scope="module")
def sent(ledger_at, new_reminder, tmp_path_factory):
    """The file of a ledger whose messages have left, to copy; and those messages."""
    folder = tmp_path_factory.mktemp("sent")
    with ledger_at(folder) as ledger:
        messages = _messages_in(ledger, new_reminder)
    return folder / ".puntual" / "ledger.sqlite", messages


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_and_repetition_gives_the_same_end(ledger_at, sent, data) -> None:
    prototype, messages = sent
    kinds = st.sampled_from([*EventKind, EventKind.SOFT_BOUNCED, EventKind.SOFT_BOUNCED])
    said = data.draw(st.lists(st.tuples(st.integers(0, 7), kinds, st.booleans()), max_size=25))
    orders = [
        data.draw(st.permutations([*range(len(said)), *data.draw(st.lists(st.integers(0, max(len(said) - 1, 0))))]))
        if said
        else []
        for _ in range(2)
    ]
    ends = []
    for order in orders:
        with tempfile.TemporaryDirectory() as folder:
            ledger = ledger_at(Path(folder), prototype)
            ids = list(messages)
            events = [
                ProviderEvent(
                    f"e{number}",
                    "sendgrid",
                    ids[which],
                    None,
                    kind,
                    datetime(2026, 6, 9, tzinfo=UTC) - timedelta(hours=number),
                    ("bounced_address" if flag else "other") if kind is EventKind.DROPPED else None,
                )
                for number, (which, kind, flag) in enumerate(said)
            ]
            with ledger:
                rest = [events[number] for number in order]
                while rest:
                    size = data.draw(st.integers(1, 7))
                    ledger.take_events(rest[:size], today=TODAY)
                    rest = rest[size:]
                ends.append(_state(ledger))
    assert ends[0] == ends[1]
    statuses, marks, kept = ends[0]
    assert kept == len(said)
    for reminder_id, (_, _, start) in messages.items():
        own = [SAYS[event.kind] for event in events if event.reminder_id == reminder_id]
        strongest = max([*own, "accepted" if start is Status.ACCEPTED else "none"], key=WEIGHT.index)
        assert statuses[reminder_id] == (strongest if strongest != "none" else (start or Status.CLAIMED).value)
    assert {(customer, kind) for _, customer, _, _, kind, _ in marks} == _marks_by_hand(messages, events, statuses)
