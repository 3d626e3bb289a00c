"""`credit_policy:` of `strategy.yaml` as typed values (docs/credit-policy.md says what each word means)."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from tasks.credit.entries import ApprovedSuspension, Exemption, Guarantee, Money, Rate
from tasks.credit.serving import CostToServe
from tasks.segment.conditions import Grade, Grades, Words
from tasks.segment.ladders import Days, Name
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

LimitSource = Literal["master", "insurance", "guarantee"]
CapGrade = Grade | Literal["unknown"]
USUAL_RISK_DAYS = Decimal(15)
VERSION_DIGITS = 10


class Tolerance(Strict):
    """What blocks nobody: of a limit the larger of both, of arrears the amount."""

    percent: Annotated[Decimal, Field(ge=0, le=100)] = Field(Decimal(0), description="Of the limit.")
    amount: dict[CurrencyCode, Money] = Field(
        default_factory=dict,
        description="Per currency; one that is not listed has the strategy's minimum_amount, else 1.",
    )


class RuleConditions(Strict):
    """What a customer must fulfil for a rule: all that is given; what is not known fulfils nothing."""

    segment: Words | None = Field(None, description="Segment of the strategy.")
    risk_grade: Grades | None = Field(None, description="Grade of the score: A good … E bad.")
    customer_class: Words | None = Field(None, description="The company's own class of customer.")
    financial_situation: Words | None = Field(None, description="normal, watch or insolvent.")
    payment_method: Words | None = Field(None, description="transfer, direct_debit, letra, pagare …")
    country: Words | None = Field(None, description="ISO 3166-1 alpha-2.")
    is_new: bool | None = Field(None, description="True for a customer with too little history to be judged by it.")

    def given(self) -> dict[str, Words | bool]:
        """The conditions that are asked, by fact."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in found.items() if value is not None}


class Limit(Strict):
    """Where the limit comes from, per currency: the first source that the customer has, else the cap of the grade."""

    sources: tuple[LimitSource, ...] = ("master",)
    initial: dict[CapGrade, dict[CurrencyCode, Money]] = Field(
        default_factory=dict,
        description="Cap by grade for who has no limit in the currency: credit until investigated.",
    )


class Arrears(Strict):
    """Amount x days x score, never a count of invoices (docs/credit-policy.md). Either of both holds orders."""

    risk_days: Annotated[Decimal, Field(gt=0, le=10_000)] | None = Field(
        USUAL_RISK_DAYS, description="Days late, weighted by amount over all that is open, x score / 1000."
    )
    risk_money_days: dict[CurrencyCode, Money] = Field(
        default_factory=dict, description="Amount x days late x score / 1000, per currency."
    )


class Suspension(Strict):
    """Credit is suspended until current: announced with a deadline, and approved by a person."""

    days_overdue: Days = Field(description="The oldest receivable that counts is at least so many days late.")
    announced_by: tuple[Name, ...] = Field(min_length=1, description="Steps of the ladders that announce the deadline.")
    deadline_days: Days = Field(description="Days between the announcement and the suspension.")


class CreditRule(Strict):
    """How the customers are judged who fulfil all of `when` and no earlier rule's."""

    name: Name
    about: str = ""
    when: RuleConditions = RuleConditions()
    limit: Limit | None = Field(Limit(), description="none: no limit is looked at.")
    arrears: Arrears | None = Field(Arrears(), description="none: arrears hold no order.")
    suspension: Suspension | None = None

    @field_validator("limit", "arrears", "suspension", mode="before")
    @classmethod
    def _none_is_no_check(cls, value: object) -> object:
        return None if value == "none" else value


class CreditPolicy(Strict):
    """All of `credit_policy:`; without it a company has these defaults."""

    valid_days: Days = Field(
        7, description="A list of holds that no newer one replaces holds nobody after so many days."
    )
    tolerance: Tolerance = Tolerance()
    rules: tuple[CreditRule, ...] = Field((CreditRule(name="everybody"),), min_length=1)
    guarantees: tuple[Guarantee, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    approved_suspensions: tuple[ApprovedSuspension, ...] = ()
    rates: tuple[Rate, ...] = ()
    rates_valid_days: Days = 31
    cost_to_serve: CostToServe | None = None

    @model_validator(mode="after")
    def _every_customer_has_one_rule(self) -> CreditPolicy:
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same name")
        open_to_all = [rule.name for rule in self.rules if not rule.when.given()]
        if open_to_all[:1] != names[-1:]:
            raise ValueError("the last rule, and no other, must be without `when`, to take the customers who are left")
        return self

    @property
    def version(self) -> str:
        """Short hash of what the section means; `about` and the order of keys do not change it."""
        content = self.model_dump(mode="json", exclude={"rules": {"__all__": {"about"}}})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:VERSION_DIGITS]
