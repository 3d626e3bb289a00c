"""Random worlds: many customers, each with some of everything that can stand for or against a reminder, near the limits on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from tests.segment.world_money import CURRENCIES
from tests.segment.world_thanks import Thankful
from tests.segment.worlds import Contact, Customer, Entry, Receivable, Said, World

ROLES = ("reminder", "invoice", "escalation", "legal")
CHANNELS = ("email", "whatsapp", "letter", "call", "visit", "executive")
ARMS = ("hold_out", "hold_out", "hold_out", "otherwise", "as_usual")
FLAGS = (
    "vulnerable",
    "vulnerable",
    "represented_by_lawyer",
    "represented_by_lawyer",
    "insolvent",
    "deceased",
    "closed",
)
DELIVERIES: tuple[Literal["arrived", "unknown", "returned"], ...] = ("arrived", "arrived", "unknown", "returned")
METHODS = ("transfer", "direct_debit", "letra", "pagare", None)
CONFIRMED = (
    "goods_received",
    "direct_debit",
    "payment_document",
    "whatsapp_opt_in",
    "whatsapp_opt_in",
    "payment_scheduled",
    "invoice_received",
)


def random_world(random: Random, customers: int, as_of: date, step_names: Sequence[str]) -> World:
    """`customers` worlds of one debtor each, who share the day and the age of the newest payment."""
    make = _Making(random, as_of, tuple(step_names))
    return World(
        as_of=as_of,
        customers=[make.customer(number) for number in range(customers)],
        newest_payment_on=make.day(12, 1) if make.maybe(0.9) else None,
        newest_clearing_on=make.day(9, 1) if make.maybe(0.3) else None,
        company_country=random.choice(("ES", "MX", "XX")),
    )


class _Making(Thankful):
    def entry(self, ids: Sequence[str], *, ahead: int) -> Entry:
        return Entry(
            receivable_id=self.random.choice(ids) if self.maybe(0.6) else None,
            from_on=self.day(6, 1),
            until_on=self.day(4, ahead) if self.maybe(0.7) else None,
        )

    def confirmation(self, ids: Sequence[str]) -> Entry:
        kind = self.random.choice(CONFIRMED)
        return Entry(
            receivable_id=None if kind == "whatsapp_opt_in" or self.maybe(0.3) else self.random.choice(ids),
            from_on=self.day(12, 1),
            kind=kind,
        )

    def receivable(self, name: str, *, not_before: date) -> Receivable:
        due = max(self.day(45, 15) if self.maybe(0.6) else self.day(7, 4), not_before)
        return Receivable(
            receivable_id=name,
            due_date=due,
            invoice_date=min(due, self.as_of) - timedelta(days=self.random.choice((0, 0, 10, 15, 30))),
            currency=self.random.choice(CURRENCIES),
            open_amount=Decimal(self.random.choice((500, 2000, 4000, 10000, 30000))) / 100,
            is_disputed=self.often(False, 0.03),
            dunning_block="Z" if self.maybe(0.03) else None,
            is_assigned=self.often(False, 0.03),
            is_price_agreed=self.often(True, 0.02),
            has_open_complaint=self.often(False, 0.02),
            delivered_on=self.day(40, 1) if self.maybe(0.15) else None,
            goods_received_on=self.day(40, 1) if self.maybe(0.15) else None,
            document_sent_on=self.day(40, 1) if self.maybe(0.15) else None,
            debit_until=self.day(5, 5) if self.maybe(0.08) else None,
            debit_returned_on=self.day(20, 0) if self.maybe(0.1) else None,
            payment_method=self.random.choice(METHODS) if self.maybe(0.3) else None,
            service_entry_sheet="S1" if self.maybe(0.3) else None,
            payment_document_number="N1" if self.maybe(0.3) else None,
            payment_document_status=self.random.choice(("received", "accepted", "returned"))
            if self.maybe(0.3)
            else None,
            part_payments=tuple(
                (self.day(25, 0), Decimal(self.random.choice((10, 10, 40, -10))))
                for _ in range(self.random.choice((1, 1, 2)) if self.maybe(0.2) else 0)
            ),
        )

    def said(self, receivable_id: str) -> list[Said]:
        found: list[Said] = []
        for step in self.step_names:
            is_announcement = "deadline" in step
            if not self.maybe(0.4 if is_announcement else 0.2):
                continue
            channels = {"email", self.random.choice(CHANNELS)} if self.maybe(0.3) else {self.random.choice(CHANNELS)}
            together = self.maybe(0.5)
            last = self.day(35, -13 if is_announcement and self.maybe(0.7) else -1)
            found += [
                Said(
                    receivable_id,
                    step,
                    last if together else self.day(35, -1),
                    self.random.choice((1, 1, 1, 2, 3)),
                    channel,
                    self.random.choice((3, 5, 12)),
                    self.random.choice(DELIVERIES if is_announcement or self.maybe(0.2) else ("arrived",)),
                )
                for channel in sorted(channels)
            ]
        return found

    def contact(self, name: str) -> Contact:
        return Contact(
            contact_id=name,
            role=self.random.choice(ROLES),
            email=None if self.maybe(0.2) else self.random.choice((f"{name}@example.com", f"{name}@example.com", "")),
            language=self.random.choice((None, "en")),
            last_verified_on=self.day(3, 0) if self.maybe(0.6) else None,
            phone="+34 910 000 000" if self.maybe(0.4) else None,
            mobile=self.random.choice(("+34 600 000 000", "")) if self.maybe(0.6) else None,
            postal_address="Calle del Prado 12\n28014 Madrid\nES" if self.maybe(0.4) else None,
            marked_on=self.day(5, 2) if self.maybe(0.1) else None,
        )

    def customer(self, number: int) -> Customer:
        paid_lately = self.paid_lately(f"T{number}") if self.maybe(0.4) else []
        # Whoever has something overdue is thanked for nothing.
        is_in_order = bool(paid_lately) and self.maybe(0.85)
        receivables = [
            self.receivable(f"R{number}-{item}", not_before=self.as_of if is_in_order else date.min)
            for item in range(self.random.choice((0, 0, 1, 1, 2) if is_in_order else (1, 1, 2, 3, 4)))
        ]
        ids = [receivable.receivable_id for receivable in receivables] + [paid.receivable_id for paid in paid_lately]
        return Customer(
            customer_id=f"C{number}",
            country=self.random.choice(("ES", "ES", "MX", "XX", None)),
            customer_class=self.random.choice((None, "key_account", "retail")),
            financial_situation=self.random.choice(FLAGS if self.maybe(0.05) else ("normal", "watch", None)),
            risk_grade=self.random.choice("ABCDE"),
            is_new=self.maybe(0.2),
            payment_method=self.random.choice(METHODS),
            sector=self.random.choice(("food", "steel", None)),
            receivables=receivables,
            contacts=[self.contact(f"K{number}-{contact}") for contact in range(self.random.choice((0, 1, 1, 2, 3, 4)))]
            + ([self.whole_contact(f"K{number}-{n}") for n in (8, 9)] if is_in_order and self.maybe(0.85) else []),
            said=[said for r in receivables if self.maybe(0.6) for said in self.said(r.receivable_id)]
            + [said for paid in paid_lately if self.maybe(0.7) for said in self.said_before(paid)],
            contact_days=[self.day(12, -1) for _ in range(self.random.choice((0, 0, 0, 1, 2, 3)))],
            contacts_by=[
                (self.day(16, -1), self.random.choice(CHANNELS)) for _ in range(self.random.choice((0, 0, 1, 2)))
            ],
            arms=[Entry(from_on=self.day(9, 0), kind=self.random.choice(ARMS))] if self.maybe(0.4) else [],
            holds=[self.entry(ids, ahead=5)] if self.maybe(0.1) else [],
            disputes=[self.entry(ids, ahead=5) for _ in range(self.random.choice((1, 2)) if self.maybe(0.12) else 0)],
            promises=[self.promise(ids) for _ in range(self.random.choice((1, 1, 2)) if self.maybe(0.15) else 0)]
            + (self.plan(ids, f"L{number}") if self.maybe(0.1) else [])
            + [promise for paid in paid_lately if self.maybe(0.3) for promise in self.promised_before(paid)],
            opt_outs=[Entry(from_on=self.day(5, 2), channel=self.random.choice((None, *CHANNELS)))]
            if self.maybe(0.15)
            else [],
            flags=[
                Entry(
                    from_on=self.day(3, 1),
                    until_on=self.day(2, 4) if self.maybe(0.5) else None,
                    kind=self.random.choice(FLAGS),
                )
            ]
            if self.maybe(0.12)
            else [],
            confirmations=[self.confirmation(ids) for _ in range(self.random.choice((0, 0, 1, 2)))],
            credits={"EUR": Decimal(self.random.choice((0, 15, 50, 200)))} if self.maybe(0.2) else {},
            paid=([self.paid(f"P{number}")] if self.maybe(0.2) else [])
            + (self.runs(f"Q{number}") if self.maybe(0.4) else [])
            + paid_lately,
            thanks=self.thanked(ids) if paid_lately and self.maybe(0.2) else [],
            money_on_nothing=[(self.day(10, 0), self.random.choice(CURRENCIES), Decimal(20))]
            if self.maybe(0.1)
            else [],
        )
