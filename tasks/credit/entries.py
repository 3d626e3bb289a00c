"""What people enter into `credit_policy:` about single customers: guarantees, exemptions, approvals; and dated rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
GuaranteeKind = Literal["insurance", "bank_guarantee", "deposit", "mortgage", "parent_guarantee"]


class _Dated(Strict):
    """In force from its first to its last day, both included; without a last day until it is taken out."""

    valid_from: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> _Dated:
        if self.valid_from is not None and self.until is not None and self.until < self.valid_from:
            raise ValueError(f"it ends on {self.until}, before it begins on {self.valid_from}")
        return self


class Guarantee(_Dated):
    """What secures the recovery of a customer's debt: the amount that an insurer or a guarantor pays."""

    customer: Text
    kind: GuaranteeKind
    amount: Money
    currency: CurrencyCode
    until: date
    reference: str = ""

    @property
    def source(self) -> Literal["insurance", "guarantee"]:
        """The limit source that it counts as."""
        return "insurance" if self.kind == "insurance" else "guarantee"


class Exemption(_Dated):
    """A customer, or one of his orders, that no rule holds; a person says so, why, and until when."""

    customer: Text
    order: Text | None = None
    until: date
    reason: Text
    author: Text


class ApprovedSuspension(_Dated):
    """A person's yes to suspending a customer's credit; it counts only when the deadline was announced before."""

    customer: Text
    approved_on: date
    author: Text


class Rate(Strict):
    """One unit of `currency` in units of `into`, on a day."""

    currency: CurrencyCode
    into: CurrencyCode
    stated_on: date
    rate: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8)]
    source: Text
