"""Messages of a plan as benchmarks need them: each asks one customer for one receivable by e-mail, or thanks him for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.ledger.reminders import PlannedItem, PlannedReminder


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One message about one receivable of `amount` EUR. `address`: None: made of the customer's code. `is_thanks`: it is paid."""

    company_id: str
    customer_id: str
    receivable_id: str
    as_of: date
    amount: Decimal
    language: str = "en"
    address: str | None = None
    is_thanks: bool = False

    @property
    def step(self) -> str:
        """The step that it is of; thanks are of none that a ladder has."""
        return "thank_you" if self.is_thanks else "first"

    @property
    def open_amount(self) -> Decimal:
        """What is open of the receivable."""
        return Decimal(0) if self.is_thanks else self.amount

    @property
    def key(self) -> str:
        """The reminder's key."""
        return f"{self.company_id}|{self.customer_id}|v1|{self.step}|{self.as_of}|email|billing|EUR"

    @property
    def reminder(self) -> PlannedReminder:
        """The message as the ledger plans it."""
        return PlannedReminder(
            reminder_key=self.key,
            company_id=self.company_id,
            customer_id=self.customer_id,
            contact_id=f"{self.customer_id}-1",
            contact_role="billing",
            recipient_name=None,
            recipient_address=self.address or f"{self.customer_id.lower()}@debtor.example",
            channel="email",
            currency="EUR",
            step=self.step,
            step_rank=0 if self.is_thanks else 1,
            purpose="thank_you" if self.is_thanks else "overdue",
            tone="courteous",
            language=self.language,
            segment="all",
            strategy_version="v1",
            item_count=1,
            total_amount=self.amount,
            needs_approval=False,
            batch_number=1,
        )

    @property
    def item(self) -> PlannedItem:
        """Its receivable."""
        return PlannedItem(
            reminder_key=self.key,
            company_id=self.company_id,
            customer_id=self.customer_id,
            receivable_id=self.receivable_id,
            step=self.step,
            open_amount=self.open_amount,
            paid_amount=self.amount if self.is_thanks else None,
        )
