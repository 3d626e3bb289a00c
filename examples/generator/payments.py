"""What the bank booked: how each instalment was settled, wholly, partly, twice, anonymously or not at all."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from examples.generator.behaviour import DISPUTE_SHARE, Kind, pays_on
from examples.generator.days import LAST_BOOKED, on_or_after
from examples.generator.documents import Item

ANONYMOUS_SINCE = LAST_BOOKED - timedelta(days=60)
"""Payments that name no document get sorted out by people; what is left of them is recent."""


@dataclass(frozen=True)
class BankLine:
    """One line of the bank's file. `amount` is in smallest units, negative for money taken back."""

    paid_on: date
    item: Item
    amount: int
    medium: str
    names_document: bool = True
    names_instalment: bool = False
    names_customer: bool = True
    text: str = "PAGO"


@dataclass(frozen=True)
class Settlement:
    """An instalment as the export shows it at the end, with its credit note and its bank lines."""

    item: Item
    credit_note: Item | None
    lines: tuple[BankLine, ...]


def settle(item: Item, credit_note: Item | None, rng: random.Random) -> Settlement:
    """How `item` was settled up to the last booked day."""
    if credit_note is not None and credit_note.amount >= item.amount:
        return _cancel(item, credit_note)
    if item.method == "Recibo SEPA" or (item.payment_document and rng.random() < 0.82):
        settlement = _collect_on_due_date(item, rng)
    else:
        unseen = "Pendiente" if item.payment_document else ""
        settlement = _wait_for_money(replace(item, payment_document_state=unseen), _pay_day(item, rng), rng)
    return _deduct(settlement, credit_note)


def _pay_day(item: Item, rng: random.Random) -> date | None:
    payer = item.customer.payer
    if payer.kind is Kind.DISPUTER and rng.random() < DISPUTE_SHARE:
        return None if rng.random() < 0.15 else on_or_after(item.due_date + timedelta(days=rng.randint(40, 150)))
    day = pays_on(payer, item.due_date, times_usual_amount=item.times_usual_amount, rng=rng)
    return None if day is None else max(day, on_or_after(item.invoice_date + timedelta(days=1)))


def _collect_on_due_date(item: Item, rng: random.Random) -> Settlement:
    """Direct debits and drafts are drawn by the creditor on the due date; some come back, the more the worse the payer."""
    payer = item.customer.payer
    has_turned = item.due_date > payer.turned_on
    risk = {Kind.PROMPT: 0.006, Kind.SLOW: 0.3, Kind.IRREGULAR: 0.1}.get(payer.kind, 0.02)
    if has_turned and payer.kind in {Kind.DETERIORATING, Kind.FAILED}:
        risk = 0.5 if payer.kind is Kind.DETERIORATING else 1.0
    is_mandate = item.method == "Recibo SEPA"
    item = replace(item, payment_document_state="Aceptado" if is_mandate or item.method == "Letra" else "Recibido")
    booked = on_or_after(item.due_date)
    if booked > LAST_BOOKED:
        return Settlement(item, None, ())
    drawn = BankLine(booked, item, item.amount, item.method, names_instalment=True, text="REMESA")
    if rng.random() >= risk:
        return Settlement(item, None, (drawn,))
    returned_on = on_or_after(booked + timedelta(days=rng.randint(2, 6)))
    if returned_on > LAST_BOOKED:
        return Settlement(item, None, (drawn,))
    item = replace(item, payment_document_state="Devuelto")
    late = pays_on(payer, returned_on + timedelta(days=8), times_usual_amount=item.times_usual_amount, rng=rng)
    late = None if late is None else max(late, on_or_after(returned_on + timedelta(days=1)))
    later = _wait_for_money(item, late, rng)
    returned = replace(drawn, paid_on=returned_on, amount=-item.amount, text="DEVOLUCION")
    return replace(later, lines=(drawn, returned, *later.lines))


def _wait_for_money(item: Item, paid_on: date | None, rng: random.Random) -> Settlement:
    """A transfer or a cheque on the payer's day: mostly one line for the whole amount."""
    if paid_on is None or paid_on > LAST_BOOKED:
        overdue = item.due_date < LAST_BOOKED - timedelta(days=5)
        flag_share = 0.7 if item.customer.payer.kind is Kind.DISPUTER else 0.02
        is_disputed = overdue and rng.random() < flag_share
        block = "Plan de pagos" if overdue and not is_disputed and rng.random() < 0.015 else ""
        return Settlement(replace(item, is_disputed=is_disputed, block=block), None, ())
    seen = replace(item, payment_document_state="Recibido") if item.payment_document_state == "Pendiente" else item
    medium = item.method if item.method in {"Cheque", "Confirming"} else "Transferencia"
    whole = BankLine(paid_on, seen, item.amount, medium, names_instalment=rng.random() < 0.25)
    return Settlement(seen, None, tuple(line for line in _as_it_arrived(whole, rng) if line.paid_on <= LAST_BOOKED))


def _as_it_arrived(whole: BankLine, rng: random.Random) -> list[BankLine]:
    """In parts, too little, too much, twice, without a document; or simply whole."""
    if whole.paid_on > ANONYMOUS_SINCE and rng.random() < 0.02:
        return [
            replace(
                whole, names_document=False, names_instalment=False, names_customer=rng.random() < 0.7, text="ABONO"
            )
        ]
    fate = rng.random()
    if fate < 0.03:
        first = round(whole.amount * rng.uniform(0.3, 0.7))
        rest_on = on_or_after(whole.paid_on + timedelta(days=rng.randint(8, 40)))
        return [replace(whole, amount=first), replace(whole, amount=whole.amount - first, paid_on=rest_on)]
    if fate < 0.037:
        return [replace(whole, amount=max(round(whole.amount * rng.uniform(0.85, 0.99)), 1))]
    if fate < 0.0395:
        return [replace(whole, amount=round(whole.amount * rng.uniform(1.005, 1.08)) + 1)]
    if fate < 0.0405:
        return [whole, replace(whole, paid_on=on_or_after(whole.paid_on + timedelta(days=rng.randint(1, 12))))]
    return [whole]


def _cancel(item: Item, credit_note: Item) -> Settlement:
    """A credit note for everything closes the invoice and itself on the day it is issued."""
    if credit_note.invoice_date > LAST_BOOKED:
        return Settlement(item, None, ())
    day = credit_note.invoice_date
    return Settlement(replace(item, cleared_on=day), replace(credit_note, cleared_on=day), ())


def _deduct(settlement: Settlement, credit_note: Item | None) -> Settlement:
    """A credit note known at payment is deducted from it; one that came too late, or was not paid yet, stays open for a while."""
    if credit_note is None or credit_note.invoice_date > LAST_BOOKED:
        return settlement
    lines = settlement.lines
    is_simple = len(lines) == 1 and lines[0].names_document and lines[0].amount == settlement.item.amount
    if is_simple and lines[0].paid_on >= credit_note.invoice_date:
        day = lines[0].paid_on
        item = replace(settlement.item, cleared_on=day)
        line = replace(lines[0], item=item, amount=item.amount - credit_note.amount)
        return Settlement(item, replace(credit_note, cleared_on=day), (line,))
    compensated_on = credit_note.invoice_date + timedelta(days=40)
    is_past = bool(lines) and compensated_on <= LAST_BOOKED
    return replace(settlement, credit_note=replace(credit_note, cleared_on=compensated_on if is_past else None))


def number_operations(lines: list[BankLine]) -> list[tuple[str, int, BankLine]]:
    """Lines in booking order with the bank's operation code and the line in it: one customer's payments of a day are one operation."""
    ordered = sorted(
        lines, key=lambda line: (line.paid_on, line.item.customer.customer_id, line.text, line.item.receivable_id)
    )
    operations: dict[tuple[object, ...], str] = {}
    of_day: Counter[date] = Counter()
    in_operation: Counter[str] = Counter()
    numbered = []
    for place, line in enumerate(ordered):
        key: tuple[object, ...] = (line.paid_on, line.item.customer.customer_id, line.text)
        key = key if line.names_document else (place,)
        if key not in operations:
            of_day[line.paid_on] += 1
            operations[key] = f"{line.paid_on:%y%m%d}{of_day[line.paid_on]:03d}"
        in_operation[operations[key]] += 1
        numbered.append((operations[key], in_operation[operations[key]], line))
    return numbered
