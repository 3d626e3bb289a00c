"""The facts of a customer that a segment may ask about, and what may be asked.

The facts are the columns of `segment.facts` (`sql/segment/facts.sql`); a fact that is not known fulfils no condition.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from tasks.segment.short_forms import items_of, or_else, property_as
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Grade = Literal["A", "B", "C", "D", "E"]
Relation = Literal["regular", "new"]
Trend = Literal["better", "stable", "worse", "unknown"]


class Limits(Strict):
    """A number between two limits, both included; one of them may be left out."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    @model_validator(mode="after")
    def _can_hold(self) -> Limits:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} is above at_most {self.at_most}, so no customer can ever match")
        return self


class Words(Strict):
    """A text that is one of `any_of`, or (where known) none of `none_of`. In YAML a word or a list means `any_of`."""

    model_config = ConfigDict(json_schema_extra=or_else(lambda it: items_of(it, "any_of"), property_as("any_of")))

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        if isinstance(data, str):
            return {"any_of": (data,)}
        if isinstance(data, list | tuple):
            return {"any_of": tuple(data)}
        return data

    @model_validator(mode="after")
    def _one_kind(self) -> Words:
        if bool(self.any_of) == bool(self.none_of):
            raise ValueError("give either any_of or none_of, with at least one word")
        return self


class Grades(Words):
    """Risk grades, from A (good) to E (bad)."""

    any_of: tuple[Grade, ...] = ()
    none_of: tuple[Grade, ...] = ()


class Trends(Words):
    """How the customer's punctuality moves."""

    any_of: tuple[Trend, ...] = ()
    none_of: tuple[Trend, ...] = ()


class Relations(Words):
    """How long we know the customer."""

    any_of: tuple[Relation, ...] = ()
    none_of: tuple[Relation, ...] = ()


class Conditions(Strict):
    """What a customer must fulfil to fall into a segment: all that is given; in amounts, any of the currencies."""

    risk_grade: Grades | None = Field(None, description="Grade of the score: A good … E bad.")
    risk_score: Limits | None = Field(None, description="Score: 0 good … 1000 bad.")
    trend: Trends | None = Field(None, description="better, stable, worse or unknown.")
    relation: Relations | None = Field(None, description="new, with too little history to be judged by it, or regular.")
    is_new: bool | None = Field(None, description="True for a customer with too little history to be judged by it.")
    late_share: Limits | None = Field(None, description="Share of settled receivables that were paid late, 0 to 1.")
    median_days_late: Limits | None = Field(None, description="Median days between due date and payment.")
    settled_count: Limits | None = Field(None, description="Receivables settled so far.")
    sector: Words | None = Field(None, description="Industry sector, as the company names it.")
    zone: Words | None = Field(None, description="Geographic zone, as the company names it.")
    country: Words | None = Field(None, description="ISO 3166-1 alpha-2.")
    customer_class: Words | None = Field(None, description="The company's own class of customer.")
    financial_situation: Words | None = Field(None, description="normal, watch or insolvent.")
    payment_method: Words | None = Field(None, description="transfer, direct_debit, letra, pagare …")
    days_overdue: Limits | None = Field(None, description="Days of the oldest open receivable; negative before due.")
    overdue_count: Limits | None = Field(None, description="Open receivables past their due date.")
    broken_promises: Limits | None = Field(
        None, description="Promises that were broken in the last 365 days, paid later or not."
    )
    open_amount: dict[CurrencyCode, Limits] | None = Field(None, description="All that is open, per currency.")
    overdue_amount: dict[CurrencyCode, Limits] | None = Field(None, description="What is past due, per currency.")
    open_share: dict[CurrencyCode, Limits] | None = Field(
        None, description="Part of all that is open at the company, 0 to 1, per currency."
    )
    yearly_sales: dict[CurrencyCode, Limits] | None = Field(
        None, description="Invoiced in the last 365 days, per currency."
    )
    sales_share: dict[CurrencyCode, Limits] | None = Field(
        None, description="Part of the company's yearly sales, 0 to 1, per currency."
    )
    contacts_last_year: Limits | None = Field(
        None, description="Days of contact in the last 365 days, over all channels."
    )
    cost_to_serve: dict[CurrencyCode, Limits] | None = Field(
        None, description="Days of contact in the last 365 per thousand of yearly sales, per currency."
    )
    has_guarantee: bool | None = Field(
        None, description="True while any of credit_policy.guarantees, insurance among them, secures the customer."
    )
    insured_amount: dict[CurrencyCode, Limits] | None = Field(
        None, description="What credit insurance in force pays, per currency; 0 without."
    )
    insured_share: dict[CurrencyCode, Limits] | None = Field(
        None, description="Part of what the customer has open that is insured, 0 to 1, per currency."
    )

    def given(self) -> dict[str, Words | Limits | bool | dict[str, Limits]]:
        """The conditions that are asked, by fact, in the order of this class."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in found.items() if value is not None}
