"""Random ledgers for the tests of the features, as rows of `landing`, and the worlds that differ from one only in what came later.

Payments are partial, early, on the day, late and returned; there are prepayments, credit notes, items that the export
cleared, items closed on an unknown day, two currencies, two branches, and one attribute. Everything is named by its
receivable, so that no money is laid by guessing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

FIRST_DAY = date(2025, 1, 1)
SECTORS = ("food", "steel", None)
Row = dict[str, object]


@dataclass(frozen=True)
class Ledger:
    """Rows of `landing.receivables`, `landing.payments`, `landing.customers`, and what people learned: rows of `ledger`."""

    receivables: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    promises: list[Row] = field(default_factory=list)
    disputes: list[Row] = field(default_factory=list)


def random_ledger(
    seed: int, *, busy_day: date, last_day: date, items: int = 160, customers: int = 9, returned: bool = True
) -> Ledger:
    """A ledger of `items` documents issued up to `last_day`, whose payments may come after it.

    Around `busy_day` more than elsewhere is issued, due and paid: the days on which a feature may be wrong by one.
    """
    chance = random.Random(seed)  # noqa: S311 a test needs no secrets
    ledger = Ledger()
    for number in range(customers):
        master: Row = {
            "customer_id": f"C{number}",
            "name": f"Customer {number}",
            "country": chance.choice(["ES", "MX"]),
            "zone": chance.choice(["north", "south", None]),
            "sector": chance.choice(SECTORS),
            "customer_class": chance.choice(["A", None]),
            "payment_method": chance.choice(["transfer", None]),
        }
        # The last customer is in no export of customers.
        ledger.customers.extend([master] if number < customers - 1 else [])
    span = (last_day - FIRST_DAY).days
    for number in range(items):
        customer = chance.randrange(customers)
        issued = FIRST_DAY + timedelta(days=chance.randint(0, span))
        due = issued + timedelta(days=chance.choice([0, 7, 30, 30, 60]))
        is_busy = chance.random() < 0.3
        if is_busy:
            due = busy_day + timedelta(days=chance.randint(-2, 2))
            issued = due - timedelta(days=chance.choice([0, 1, 2, 30]))
        amount = chance.choice([50, 100, 120.5, 999.99])
        item: Row = {
            "receivable_id": f"R{number}",
            "document_number": f"D{number}",
            "document_type": "invoice",
            "customer_id": f"C{customer}",
            "currency": chance.choice(["EUR", "EUR", "MXN"]),
            "amount": amount,
            "invoice_date": issued,
            "due_date": due,
            "custom_references": {"plant": chance.choice("AB"), "channel": chance.choice(["web", "shop", "fair"])},
            "payment_method": chance.choice(["check", None, None]),
        }
        if chance.random() < 0.1:
            del item["custom_references"]
        ledger.receivables.append(item)
        paid_on = due + timedelta(days=chance.randint(-8, 20) if customer % 3 else chance.choice([-1, 0, 0, 0, 1]))
        if is_busy:
            paid_on = due + timedelta(days=chance.randint(-1, 2))
        fate = chance.random()
        if fate < 0.05:
            paid_on = issued - timedelta(days=2)
        if fate > 0.97:
            item |= {"amount": -amount, "document_type": "credit_note"}
        elif fate > 0.94:
            item["open_amount"] = 0
        elif fate > 0.90:
            item |= {"cleared_on": paid_on, "open_amount": 0}
        elif fate < 0.85:
            ledger.payments.extend(_payments(item, paid_on, chance, returned=returned))
    _say(ledger, random.Random(seed + 1000), busy_day)  # noqa: S311 a test needs no secrets
    return ledger


def _say(ledger: Ledger, chance: random.Random, busy_day: date) -> None:
    """Adds promises and disputes about half of the receivables, or all of their customer; many around `busy_day`."""
    for number, item in enumerate(ledger.receivables):
        if chance.random() > 0.5:
            continue
        due = _day(item, "due_date")
        told_on = max(due + timedelta(days=chance.randint(-3, 8)), _day(item, "invoice_date"))
        if chance.random() < 0.3:
            told_on = max(busy_day + timedelta(days=chance.randint(-8, 1)), _day(item, "invoice_date"))
        about = {"customer_id": item["customer_id"], "company_id": "acme", "recorded_on": told_on}
        about["receivable_id"] = item["receivable_id"] if chance.random() < 0.7 else None
        if chance.random() < 0.6:
            half = round(float(str(item["amount"])) / 2, 2)
            money = {"amount": half, "currency": item["currency"]} if chance.random() < 0.3 and half > 0 else {}
            promised_for = told_on + timedelta(days=chance.randint(0, 3))
            ledger.promises.append(about | money | {"promise_id": f"S{number}", "promised_for": promised_for})
        else:
            opened_on = told_on - timedelta(days=chance.randint(0, 3))
            resolved_on = told_on + timedelta(days=chance.randint(0, 9)) if chance.random() < 0.6 else None
            ledger.disputes.append(
                about | {"dispute_id": f"T{number}", "opened_on": opened_on, "resolved_on": resolved_on}
            )


def _payments(item: Row, paid_on: date, chance: random.Random, *, returned: bool) -> list[Row]:
    """The money of one receivable: at once, in two parts, in part only, or paid, returned and paid again."""
    amount = float(str(item["amount"]))
    half = round(amount / 2, 2)
    later = paid_on + timedelta(days=chance.randint(0, 9))
    kind = chance.random()
    if kind < 0.10:
        parts = [(paid_on, half), (later, round(amount - half, 2))]
    elif kind < 0.15:
        parts = [(paid_on, half)]
    elif kind < 0.25 and returned:
        parts = [(paid_on, amount), (later, -amount), (later + timedelta(days=chance.randint(1, 30)), amount)]
    else:
        parts = [(paid_on, amount)]
    return [
        {
            "payment_id": f"P{item['receivable_id']}-{number}",
            "receivable_id": item["receivable_id"],
            "customer_id": item["customer_id"],
            "currency": item["currency"],
            "paid_on": day,
            "amount": part,
        }
        for number, (day, part) in enumerate(parts)
    ]


def _payments_deleted(ledger: Ledger, day: date) -> Ledger:
    return replace(ledger, payments=[row for row in ledger.payments if _day(row, "paid_on") < day])


def _payments_moved(ledger: Ledger, day: date) -> Ledger:
    return _with_payments(ledger, lambda row: row | {"paid_on": _day(row, "paid_on") + timedelta(days=365)}, day)


def _payments_on_the_day(ledger: Ledger, day: date) -> Ledger:
    return _with_payments(ledger, lambda row: row | {"paid_on": day}, day)


def _payments_doubled(ledger: Ledger, day: date) -> Ledger:
    later = [row for row in ledger.payments if _day(row, "paid_on") >= day]
    return replace(ledger, payments=ledger.payments + [row | {"payment_id": f"{row['payment_id']}+"} for row in later])


def _everything_unpaid_is_paid_on_the_day(ledger: Ledger, day: date) -> Ledger:
    paid = {row["receivable_id"] for row in ledger.payments}
    closed = [row for row in ledger.receivables if "open_amount" in row]
    unpaid = [row for row in ledger.receivables if row["receivable_id"] not in paid and row not in closed]
    names = ("receivable_id", "customer_id", "currency", "amount")
    money = [
        {name: row[name] for name in names} | {"payment_id": f"N{row['receivable_id']}", "paid_on": day}
        for row in unpaid
        if _day(row, "invoice_date") < day
    ]
    return replace(ledger, payments=ledger.payments + money)


def _everything_paid_is_returned_on_the_day(ledger: Ledger, day: date) -> Ledger:
    back = [
        row | {"payment_id": f"{row['payment_id']}-", "paid_on": day, "amount": -float(str(row["amount"]))}
        for row in ledger.payments
        if float(str(row["amount"])) > 0
    ]
    return replace(ledger, payments=ledger.payments + back)


def _documents_deleted(ledger: Ledger, day: date) -> Ledger:
    return replace(ledger, receivables=[row for row in ledger.receivables if _day(row, "invoice_date") < day])


def _documents_enormous_and_overdue(ledger: Ledger, day: date) -> Ledger:
    changed = [
        row | {"amount": 1_000_000, "due_date": FIRST_DAY} if _day(row, "invoice_date") >= day else row
        for row in ledger.receivables
    ]
    return replace(ledger, receivables=changed)


def _documents_added(ledger: Ledger, day: date) -> Ledger:
    added = [
        row
        | {
            "receivable_id": f"{row['receivable_id']}+",
            "document_number": f"{row['document_number']}+",
            "invoice_date": day,
        }
        for row in ledger.receivables
        if "open_amount" not in row
    ]
    return replace(ledger, receivables=ledger.receivables + added)


def _clearings_later(ledger: Ledger, day: date) -> Ledger:
    changed = [
        row | {"cleared_on": _day(row, "cleared_on") + timedelta(days=90)}
        if "cleared_on" in row and _day(row, "cleared_on") >= day
        else row
        for row in ledger.receivables
    ]
    return replace(ledger, receivables=changed)


def _unpaid_is_cleared_on_the_day(ledger: Ledger, day: date) -> Ledger:
    documents = {row["document_number"]: row["receivable_id"] for row in ledger.receivables}
    paid = {row["receivable_id"] or documents[row["document_number"]] for row in ledger.payments}
    changed = [
        row
        if row["receivable_id"] in paid or "open_amount" in row or "cleared_on" in row
        else row | {"cleared_on": day, "open_amount": 0}
        for row in ledger.receivables
    ]
    return replace(ledger, receivables=changed)


def _unsaid(ledger: Ledger, day: date) -> Ledger:
    """Nothing is said or resolved on the day or later."""
    return replace(
        ledger,
        promises=[row for row in ledger.promises if _day(row, "recorded_on") < day],
        disputes=[
            row | {"resolved_on": None} if row["resolved_on"] is not None and _day(row, "resolved_on") >= day else row
            for row in ledger.disputes
            if _day(row, "recorded_on") < day
        ],
    )


def _everybody_speaks_on_the_day(ledger: Ledger, day: date) -> Ledger:
    earlier = _unsaid(ledger, day)
    who = [{"customer_id": f"C{number}", "company_id": "acme", "recorded_on": day} for number in range(9)]
    promises = [row | {"promise_id": f"U{n}", "promised_for": day + timedelta(days=n)} for n, row in enumerate(who)]
    disputes = [row | {"dispute_id": f"V{n}", "opened_on": day - timedelta(days=9)} for n, row in enumerate(who)]
    resolved = [row if row["resolved_on"] else row | {"resolved_on": day} for row in earlier.disputes]
    return replace(earlier, promises=earlier.promises + promises, disputes=resolved + disputes)


def known_on(ledger: Ledger, day: date) -> Ledger:
    """The ledger as the exports of the morning of `day` have it: nothing is dated that day or later.

    Money paid ahead for a document that is still to come is left out: it would be laid on another one by guessing.
    """
    earlier = _unsaid(_documents_deleted(_payments_deleted(ledger, day), day), day)
    issued = {row[name] for row in earlier.receivables for name in ("receivable_id", "document_number")}
    named = [row for row in earlier.payments if (row["receivable_id"] or row["document_number"]) in issued]
    earlier = replace(earlier, payments=named)
    receivables = [
        {name: value for name, value in row.items() if name not in ("cleared_on", "open_amount")}
        if "cleared_on" in row and _day(row, "cleared_on") >= day
        else row
        for row in earlier.receivables
    ]
    return replace(earlier, receivables=receivables)


def _with_payments(ledger: Ledger, change: Callable[[Row], Row], day: date) -> Ledger:
    return replace(ledger, payments=[change(row) if _day(row, "paid_on") >= day else row for row in ledger.payments])


def _day(row: Row, name: str) -> date:
    value = row[name]
    assert isinstance(value, date)
    return value


LATER: dict[str, Callable[[Ledger, date], Ledger]] = {
    "payments are deleted": _payments_deleted,
    "payments come a year later": _payments_moved,
    "payments come on the day": _payments_on_the_day,
    "payments are doubled": _payments_doubled,
    "what is unpaid is paid on the day": _everything_unpaid_is_paid_on_the_day,
    "what is paid is returned on the day": _everything_paid_is_returned_on_the_day,
    "documents are deleted": _documents_deleted,
    "documents become enormous and overdue": _documents_enormous_and_overdue,
    "documents are added": _documents_added,
    "clearings come later": _clearings_later,
    "what is unpaid is cleared on the day": _unpaid_is_cleared_on_the_day,
    "nothing more is said": _unsaid,
    "everybody promises and disputes on the day": _everybody_speaks_on_the_day,
}
"""Ways to rewrite what is dated `day` or later."""
