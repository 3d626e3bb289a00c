"""The log of a customer: everything that the ledger holds of him, by day, each thing once, and nothing of others."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tasks.history.table import log_rows, write_table
from tasks.history.words import history_words
from tasks.ledger.contact_results import Contact, ContactResult
from tasks.ledger.flags import CustomerFlag, FlagKind
from tasks.ledger.history_asked import Asked
from tasks.ledger.history_entry import EntryKind
from tasks.ledger.history_sources import SOURCES
from tasks.ledger.knowledge import Confirmation, Dispute, DutyEntry, Hold, OptOut, Promise
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.problems import UserProblem
from tasks.segment.ladders import PURPOSES

DAY = date(2026, 6, 1)


@pytest.fixture
def told(ledger, draft, clock):
    """A ledger in which much happened with C1, and something with C2."""
    one, other = draft.message("C1", {"R1": "10.00"}), draft.message("C2", {"R2": "20.00"})
    draft.plan_in(ledger)
    with ledger.sending("20260601-00000001") as token:
        draft.claim_in(ledger, one, other, holder=token)
        clock.advance(seconds=1)
        ledger.settle(
            [
                Outcome(reminder_key=one, status=Status.ACCEPTED, provider="files", provider_message_id="1"),
                Outcome(reminder_key=other, status=Status.REJECTED),
            ],
            claim_token=token,
        )
    ana = {"author": "ana", "recorded_on": DAY}
    ledger.record(Promise(customer_id="C1", promised_for=DAY + timedelta(9), **ana))
    dispute = ledger.record(Dispute(customer_id="C1", receivable_id="R1", reason="=1+1 <b>", opened_on=DAY, **ana))
    ledger.resolve_dispute(dispute, resolved_on=DAY + timedelta(4))
    hold = ledger.record(Hold(customer_id="C1", reason="asked", from_on=DAY + timedelta(1), **ana))
    ledger.release_hold(hold, released_on=DAY + timedelta(2))
    ledger.record(OptOut(customer_id="C1", channel="whatsapp", from_on=DAY, **ana))
    ledger.record(Confirmation(customer_id="C1", kind="invoice_received", confirmed_on=DAY, **ana))
    ledger.record(
        DutyEntry(customer_id="C1", receivable_id="R1", duty="document_not_sent", is_met=False, noted_on=DAY, **ana)
    )
    ledger.record(CustomerFlag(customer_id="C1", kind=FlagKind.INSOLVENT, reason="court", from_on=DAY, **ana))
    ledger.record_contact(
        Contact(
            customer_id="C1",
            channel="call",
            result=ContactResult.SPOKEN,
            contacted_on=DAY + timedelta(3),
            author="ana",
            recorded_on=DAY + timedelta(3),
        )
    )
    return ledger


def test_everything_is_listed_by_day_and_by_customer(told) -> None:
    entries = told.history(customer_id="C1")
    assert [entry.on for entry in entries] == sorted(entry.on for entry in entries)
    assert {entry.customer_id for entry in entries} == {"C1"}
    assert {entry.kind for entry in entries} == {
        EntryKind.MESSAGE, EntryKind.PROMISE, EntryKind.DISPUTE, EntryKind.HOLD, EntryKind.OPT_OUT,
        EntryKind.CONFIRMATION, EntryKind.DUTY, EntryKind.FLAG, EntryKind.CONTACT,
    }  # fmt: skip
    messages = [entry for entry in entries if entry.kind is EntryKind.MESSAGE]
    assert [entry.state for entry in messages] == ["claimed", "accepted"]  # its planning is no event for the customer
    assert (messages[1].amount, messages[1].currency) == (Decimal("10.00"), "EUR")
    disputes = [entry for entry in entries if entry.kind is EntryKind.DISPUTE]
    assert [(entry.state, entry.on) for entry in disputes] == [("opened", DAY), ("resolved", DAY + timedelta(4))]


def test_all_customers_or_a_span_of_days(told) -> None:
    assert {entry.customer_id for entry in told.history()} == {"C1", "C2"}
    later = told.history(first_day=DAY + timedelta(1), last_day=DAY + timedelta(3))
    assert {entry.kind for entry in later} == {EntryKind.HOLD, EntryKind.CONTACT}


@pytest.mark.parametrize(
    ("first_day", "last_day", "read"),
    [
        (DAY + timedelta(2), None, {"contact_results", "disputes", "holds"}),
        (DAY + timedelta(3), DAY + timedelta(3), {"contact_results"}),
        (DAY + timedelta(4), None, {"disputes"}),  # by the day on which it was resolved
        (None, DAY - timedelta(2), set()),
        (date.min, date.min, set()),
        (date.max, date.max, set()),
    ],
)
def test_rows_of_other_days_are_not_even_read(told, first_day, last_day, read) -> None:
    asked = Asked(company_id="acme", first_day=first_day, last_day=last_day)
    with told._store.reading() as connection:
        found = [source.whose.name for source in SOURCES for _ in asked.rows(connection, source)]
    assert set(found) == read
    assert len(found) == len(read)  # one row of each


def test_a_moment_belongs_to_its_day_to_the_last_microsecond(ledger, draft, clock) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    clock.now = datetime(2026, 6, 1, 23, 59, 59, 999999, tzinfo=UTC)
    with ledger.sending("20260601-00000001") as token:
        draft.claim_in(ledger, key, holder=token)
    on = {shift: DAY + timedelta(shift) for shift in (-1, 0, 1)}
    found = {shift: ledger.history(first_day=day, last_day=day) for shift, day in on.items()}
    states = {shift: [entry.state for entry in entries] for shift, entries in found.items()}
    assert states == {
        -1: [],
        0: ["claimed", "unknown"],
        1: [],
    }  # unknown: the sender ended without saying what became of it


def test_the_log_is_a_table_without_formulas_and_addresses(told, tmp_path) -> None:
    headings, rows = log_rows(told.history(customer_id="C1"), "es")
    assert "Novedad" in headings
    assert "Reclamo por falta de pago: Enviado" in {row[headings.index("Novedad")] for row in rows}
    path = write_table(tmp_path / "log.csv", headings, rows)
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert len(read) == len(rows) + 1
    cells = [cell for row in read for cell in row]
    assert "'=1+1 <b>" in cells
    assert not any("@" in cell for cell in cells)
    assert write_table(tmp_path / "log.xlsx", headings, rows).stat().st_size > 0
    with pytest.raises(UserProblem, match="neither"):
        write_table(tmp_path / "log.pdf", headings, rows)


def test_the_log_has_a_word_for_whatever_a_message_can_be_for() -> None:
    assert set(history_words().purposes) == set(PURPOSES)
