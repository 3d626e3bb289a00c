"""`consequences:` of `strategy.yaml` as typed values: what is charged for paying late, offered for paying early, let off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tasks.segment.ladders import Name
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]
InterestKind = Literal["contractual", "statutory", "none"]
ClaimKind = Literal["late_interest", "compensation", "fee"]
Treatment = Literal["waive", "carry", "invoice"]


class LateInterest(Strict):
    """Simple interest from the day after the due date to the day of payment, both included."""

    kind: InterestKind
    rate: Percent | None = Field(None, description="Percent a year; of contractual interest.")
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        None, description="Whose legal rate; of statutory interest."
    )
    day_count: Literal["actual_365"] = "actual_365"
    minimum: dict[CurrencyCode, Money] = Field(
        default_factory=dict, description="Interest on a receivable below this is not claimed."
    )

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> LateInterest:
        if (self.kind == "contractual") != (self.rate is not None):
            raise ValueError("contractual interest needs `rate`, and no other kind has one")
        if (self.kind == "statutory") != (self.country is not None):
            raise ValueError("statutory interest needs `country`, and no other kind has one")
        return self

    @property
    def rate_name(self) -> str | None:
        """Name of its periods of rates: the country, or the contractual percentage; None without interest."""
        return self.country or (f"contract {self.rate.normalize():f} %" if self.rate is not None else None)


class Compensation(Strict):
    """A fixed sum for each invoice that is paid late, where the law of the debtor's country knows one."""

    amount: dict[CurrencyCode, Money]


class EarlyPaymentDiscount(Strict):
    """`percent` off what is open, for paying within so many days of the invoice date."""

    percent: Annotated[Decimal, Field(gt=0, lt=100, max_digits=6, decimal_places=4)]
    within_days: Annotated[int, Field(ge=0, le=365)]


class Terms(Strict):
    """What holds for a segment; what a segment does not say is as in `default`."""

    late_interest: LateInterest = LateInterest(kind="none")
    compensation: Compensation | None = None
    fees: dict[Name, dict[CurrencyCode, Money]] = Field(
        default_factory=dict, description="By step: charged once per receivable, when the step was said."
    )
    early_payment_discount: EarlyPaymentDiscount | None = None
    treatment: Treatment = Field("carry", description="What becomes of claims once only the principal was paid.")


class Waiver(Strict):
    """Somebody lets a customer off: every claim, or those of one receivable or kind.

    With `until`, what the customer pays by that day; who pays later owes the claims after all.
    """

    customer: str = Field(min_length=1)
    receivable: str | None = None
    kind: ClaimKind | None = None
    until: date | None = None
    author: str = Field(min_length=1)
    reason: str = Field(min_length=1)

    def covers(self, *, customer_id: str, receivable_id: str, kind: ClaimKind, on: date) -> bool:
        """True when it lets off this claim; `on` is the day the principal was settled, or else today."""
        return (
            self.customer == customer_id
            and self.receivable in (None, receivable_id)
            and self.kind in (None, kind)
            and (self.until is None or on <= self.until)
        )


class Consequences(Strict):
    """All of `consequences:`."""

    since: date = Field(description="Receivables due before this day carry no claims.")
    default: Terms = Terms()
    segments: dict[Name, Terms] = Field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    def terms_of(self, segment: str) -> Terms:
        """The terms of a segment: its own words, the default's for the rest."""
        own = self.segments.get(segment)
        if own is None:
            return self.default
        return self.default.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
