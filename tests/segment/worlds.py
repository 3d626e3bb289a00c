"""Small worlds of customers for tests of decisions: values that both the SQL and the oracle can be given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

COMPANY = "acme"


@dataclass
class Receivable:
    receivable_id: str
    due_date: date
    invoice_date: date
    currency: str = "EUR"
    open_amount: Decimal = Decimal("100.00")
    is_disputed: bool | None = False
    dunning_block: str | None = None
    is_assigned: bool | None = None
    is_price_agreed: bool | None = None
    has_open_complaint: bool | None = None
    delivered_on: date | None = None
    goods_received_on: date | None = None
    document_sent_on: date | None = None
    debit_until: date | None = None


@dataclass
class Contact:
    contact_id: str
    role: str = "reminder"
    email: str | None = "pay@example.com"
    language: str | None = None
    last_verified_on: date | None = None


@dataclass
class Said:
    receivable_id: str
    step: str
    last_sent_on: date
    times_sent: int = 1


@dataclass
class Entry:
    """A hold, dispute, promise or opt-out; fields that do not apply stay None."""

    receivable_id: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    currency: str | None = None
    channel: str | None = None


@dataclass
class Customer:
    customer_id: str
    country: str | None = "ES"
    customer_class: str | None = None
    financial_situation: str | None = "normal"
    risk_grade: str = "B"
    is_new: bool = False
    receivables: list[Receivable] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    contact_days: list[date] = field(default_factory=list)
    holds: list[Entry] = field(default_factory=list)
    disputes: list[Entry] = field(default_factory=list)
    promises: list[Entry] = field(default_factory=list)
    opt_outs: list[Entry] = field(default_factory=list)
    credits: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class World:
    as_of: date
    customers: list[Customer]
    newest_payment_on: date | None = None
    newest_clearing_on: date | None = None


STEP_NAMES = ("announcement", "due_today", "first", "second", "notice", "other_ladders_step")


def random_world(random: Random, customers: int, as_of: date) -> World:
    """Many customers, each with some of everything that can stand for or against a reminder, near the limits on purpose."""

    def day(back: int, ahead: int) -> date:
        return as_of + timedelta(days=random.randint(-back, ahead))

    def maybe(chance: float) -> bool:
        return random.random() < chance

    def entry(receivable_ids: list[str], *, ahead: int) -> Entry:
        return Entry(
            receivable_id=random.choice(receivable_ids) if maybe(0.6) else None,
            from_on=day(6, 1),
            until_on=day(4, ahead) if maybe(0.7) else None,
            currency=random.choice(("EUR", "MXN", None)),
        )

    made = []
    for number in range(customers):
        receivables = []
        for item in range(random.randint(1, 4)):
            due = day(45, 15)
            receivables.append(
                Receivable(
                    receivable_id=f"R{number}-{item}",
                    due_date=due,
                    invoice_date=min(due, as_of) - timedelta(days=random.choice((0, 10, 15, 30))),
                    currency=random.choice(("EUR", "EUR", "MXN")),
                    open_amount=Decimal(random.choice((500, 2000, 4000, 10000, 30000))) / 100,
                    is_disputed=random.choice((None, False)) if maybe(0.95) else True,
                    dunning_block="Z" if maybe(0.05) else None,
                    is_assigned=random.choice((None, False)) if maybe(0.95) else True,
                    is_price_agreed=random.choice((None, True)) if maybe(0.97) else False,
                    has_open_complaint=random.choice((None, False)) if maybe(0.97) else True,
                    delivered_on=day(30, 1) if maybe(0.2) else None,
                    goods_received_on=day(30, 1) if maybe(0.2) else None,
                    document_sent_on=day(30, 1) if maybe(0.2) else None,
                    debit_until=day(5, 5) if maybe(0.1) else None,
                )
            )
        ids = [receivable.receivable_id for receivable in receivables]
        customer = Customer(
            customer_id=f"C{number}",
            country=random.choice(("ES", "MX", "XX", None)),
            customer_class=random.choice((None, "key_account", "retail")),
            financial_situation="insolvent" if maybe(0.03) else random.choice(("normal", "watch", None)),
            risk_grade=random.choice("ABCDE"),
            is_new=maybe(0.2),
            receivables=receivables,
            contacts=[
                Contact(
                    contact_id=f"K{contact}",
                    role=random.choice(("reminder", "invoice", "escalation", "legal")),
                    email=None if maybe(0.2) else f"k{contact}@example.com",
                    language=random.choice((None, "en")),
                    last_verified_on=day(30, 0) if maybe(0.6) else None,
                )
                for contact in range(random.randint(0, 3))
            ],
            said=[
                Said(receivable_id, step, day(25, -1), random.choice((1, 1, 2, 3)))
                for receivable_id in ids
                for step in STEP_NAMES
                if maybe(0.15)
            ],
            contact_days=[day(12, -1) for _ in range(random.choice((0, 0, 1, 2, 3)))],
            holds=[entry(ids, ahead=5)] if maybe(0.1) else [],
            disputes=[entry(ids, ahead=5)] if maybe(0.1) else [],
            promises=[
                Entry(e.receivable_id, min(e.from_on or as_of, as_of), e.until_on or as_of, e.currency)
                for e in ([entry(ids, ahead=5)] if maybe(0.2) else [])
            ],
            opt_outs=[Entry(from_on=day(5, 2), channel=random.choice((None, "email", "whatsapp")))]
            if maybe(0.1)
            else [],
            credits={"EUR": Decimal(random.choice((0, 15, 50, 200)))} if maybe(0.3) else {},
        )
        made.append(customer)
    return World(
        as_of=as_of,
        customers=made,
        newest_payment_on=day(9, 1) if maybe(0.8) else None,
        newest_clearing_on=day(9, 1) if maybe(0.3) else None,
    )


def seeded(seed: int) -> Random:
    """Random numbers that are the same in every run."""
    return Random(seed)  # noqa: S311 - test data, nothing secret
