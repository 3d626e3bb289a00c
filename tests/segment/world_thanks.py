"""What a customer in a random world paid lately, near the limits of what is thanked for, and what was said and promised about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.segment.world_money import CURRENCIES, Money
from tests.segment.worlds import Contact, Entry, Paid, Said

AHEAD = "USD"
"""The currency of money booked for a day to come: promises of an amount are in others, and are judged by what came."""


class Thankful(Money):
    """Draws receivables that were settled in the last days, mostly by money that names them."""

    def paid_lately(self, name: str) -> list[Paid]:
        return [self._settled(f"{name}-{item}") for item in range(self.random.choice((1, 1, 2, 3)))]

    def said_before(self, paid: Paid) -> list[Said]:
        """Messages around the day of the payment, all of them before today."""
        days = [self._near(paid.settled_on, -10, -3, -1, 0, 0, 1) for _ in range(self.random.choice((1, 1, 2)))]
        return [
            Said(
                paid.receivable_id,
                self.random.choice(self.step_names),
                day,
                channel=_or_colleagues(self.random.choice(("email", "email", "letter", "call")), day),
                delivery=self.random.choice(("arrived", "arrived", "unknown", "returned")),
            )
            for day in days
            if day < self.as_of
        ]

    def promised_before(self, paid: Paid) -> list[Entry]:
        """A promise of it, or of what is open: some recorded too late, some for a day before the payment."""
        made = min(self._near(paid.settled_on, -12, -5, -1, 0, 1), self.as_of)
        amount = (
            self.random.choice((paid.amount, paid.amount, paid.amount + 5, Decimal(5))) if self.maybe(0.4) else None
        )
        return [
            Entry(
                receivable_id=paid.receivable_id if self.maybe(0.5) else None,
                from_on=made,
                until_on=max(made, self._near(paid.settled_on, -3, -1, 0, 0, 2, 6)),
                currency=self.random.choice((paid.currency, paid.currency, "EUR", "MXN"))
                if amount or self.maybe(0.6)
                else None,
                amount=abs(amount) if amount else None,
            )
        ]

    def whole_contact(self, name: str) -> Contact:
        """One who can be written to by every channel."""
        return Contact(
            contact_id=name,
            role=self.random.choice(("reminder", "reminder", "invoice", "escalation")),
            email=f"{name}@example.com",
            mobile="+34 600 000 009",
            postal_address="Calle Mayor 9\n28013 Madrid\nES",
        )

    def thanked(self, ids: Sequence[str]) -> list[tuple[str, date]]:
        """Earlier thanks, for one of these receivables or for another."""
        day = self.random.choice((self.day(6, -1), self.day(25, -1), self.day(62, -58)))
        return [(self.random.choice((*ids, "of_old")), day)]

    def _settled(self, name: str) -> Paid:
        settled_on = self.day(5, 0) if self.maybe(0.8) else self.day(16, 0)
        is_ahead = self.maybe(0.03)
        if is_ahead:
            settled_on = self.as_of + timedelta(days=1)
        due = self._near(settled_on, -30, -10, -3, -1, 0, 0, 1, 5)
        kind = self.random.choice(("invoice",) * 8 + ("debit_note", "credit_note"))
        amount = Decimal(self.random.choice((10, 40, 300))) * (-1 if kind == "credit_note" else 1)
        how = self.random.choice(("named",) * 10 + ("guessed", "cleared", "never_came"))
        part = self.random.choice((amount, amount / 2)) if how != "named" else Decimal(0)
        return Paid(
            receivable_id=name,
            due_date=due,
            invoice_date=min(due, settled_on, self.as_of) - timedelta(days=self.random.choice((0, 10, 30))),
            settled_on=settled_on,
            currency=AHEAD if is_ahead else self.random.choice(CURRENCIES),
            amount=amount,
            guessed=part if how == "guessed" else Decimal(0),
            cleared=part if how == "cleared" else Decimal(0),
            never_came=part if how == "never_came" else Decimal(0),
            named_by=self.random.choice(("receivable", "document", "reference")),
            document_type=kind,
            is_disputed=self.often(False, 0.05),
            dunning_block="Z" if self.maybe(0.05) else self.random.choice((None, "")),
            is_assigned=self.often(False, 0.05),
            debit=self.random.choice(("returned", "on_its_way", "overdue")) if self.maybe(0.06) else None,
        )

    def _near(self, day: date, *days: int) -> date:
        return day + timedelta(days=self.random.choice(days))


def _or_colleagues(channel: str, day: date) -> str:
    """Some of the calls were work of our own people instead; by the day, so that no further number is drawn."""
    return ("call", "sales", "agency")[day.toordinal() % 3] if channel == "call" else channel
