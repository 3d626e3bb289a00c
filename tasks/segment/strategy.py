"""`strategy.yaml` as typed values: segments, ladders and the limits that hold for all of them."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from tasks.consequences.policy import Consequences
from tasks.credit.policy import CreditPolicy
from tasks.duties.policy import Duties
from tasks.experiment.policy import Experiment
from tasks.segment.conditions import Conditions
from tasks.segment.ladders import Channel, ContactRole, Ladder, Name
from tasks.segment.quiet_hours import QuietHours
from tasks.segment.thank_you import ThankYou
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode
from tasks.worklist.policy import Worklists

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
VERSION_DIGITS = 10
LEFT_IN_PEACE = "none"
USUAL_FALLBACK: dict[ContactRole, tuple[ContactRole, ...]] = {
    "reminder": ("invoice",),
    "invoice": ("reminder",),
    "escalation": ("reminder", "invoice"),
    "legal": ("escalation", "reminder", "invoice"),
}


class ChannelCap(Strict):
    """At most so many days of contact with a customer in any so many days."""

    contacts: Annotated[int, Field(ge=1, le=100)]
    per_days: Annotated[int, Field(ge=1, le=366)]


class ContactCap(ChannelCap):
    """The same over all channels, and by one of them."""

    per_channel: dict[Channel, ChannelCap] = Field(
        default_factory=dict, description="Tighter caps for single channels, beside the one over all."
    )


class PayRun(Strict):
    """Waits with the first overdue reminder for the customer's next pay run, where he pays in runs, and says before it what comes before the due date."""

    wait_days: Annotated[int, Field(ge=1, le=31, description="At most so many days after the due date.")]
    lead_days: Annotated[int, Field(ge=0, le=30)] | None = Field(
        None, description="Steps before the due date come so many days before the last run by then, at the latest."
    )


class QuietDays(Strict):
    """Days on which nobody is written to; what falls due then is said on the next other day."""

    weekdays: tuple[Weekday, ...] = ("saturday", "sunday")
    holidays: tuple[Literal["company", "customer"], ...] = Field(
        ("company", "customer"), description="Whose country's public holidays are quiet."
    )
    also: tuple[date, ...] = ()

    @field_validator("weekdays")
    @classmethod
    def _some_day_is_left(cls, value: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if len(set(value)) == len(get_args(Weekday)):
            raise ValueError("every day of the week is quiet, so nobody is ever written to")
        return value


class Segment(Strict):
    """Customers who fulfil all of `when` (everybody, without it) and fell in no earlier segment."""

    name: Name
    about: str = ""
    when: Conditions = Conditions()
    ladder: Name | None = Field(description="Name of a ladder, or `none`: these customers are left in peace.")

    @field_validator("ladder", mode="before")
    @classmethod
    def _none_is_no_ladder(cls, value: object) -> object:
        return None if value == LEFT_IN_PEACE else value

    @property
    def is_catch_all(self) -> bool:
        """True when every customer fulfils the segment."""
        return not self.when.given()


class Override(Strict):
    """Until a day, treats one customer or one receivable otherwise than the rules say. Without an end it would be a rule."""

    customer: str | None = Field(None, min_length=1, description="Id of the customer; or name a receivable.")
    receivable: str | None = Field(None, min_length=1, description="Id of the receivable; or name a customer.")
    segment: Name | None = Field(None, description="Treat as if in this segment; or name a ladder.")
    ladder: str | None = Field(
        None, pattern=r"^[a-z][a-z0-9_]*$", max_length=40, description="Use this ladder, or `none`: left in peace."
    )
    until: date = Field(description="The last day on which it holds.")
    reason: str = Field(min_length=1, description="Why; shown by `puntual explain`.")
    author: str = Field(min_length=1, description="Who decided it.")

    @model_validator(mode="after")
    def _one_of_each(self) -> Override:
        if (self.customer is None) == (self.receivable is None):
            raise ValueError("give either customer or receivable")
        if (self.segment is None) == (self.ladder is None):
            raise ValueError("give either segment or ladder")
        return self

    @property
    def about(self) -> str:
        """The customer or receivable it is about, for messages."""
        return f"customer {self.customer}" if self.customer is not None else f"receivable {self.receivable}"


class Strategy(Strict):
    """All of `strategy.yaml`."""

    tolerance_days: int = Field(0, ge=0, le=365, description="Days past due in which nothing is overdue yet.")
    payments_fresh_within_days: int | None = Field(
        7,
        ge=0,
        le=366,
        description="The newest payment may be at most this old; none: do not look.",
    )
    promise_grace_days: int = Field(
        0, ge=0, le=30, description="Days after the promised one in which a promise can still be kept."
    )
    pay_run: PayRun | None = Field(
        None, description="Whether a customer's pay run may explain a delay; not looked at when absent."
    )
    minimum_amount: dict[CurrencyCode, Annotated[Decimal, Field(ge=0)]] = Field(default_factory=dict)
    contact_cap: ContactCap | None = None
    quiet_days: QuietDays = QuietDays()
    quiet_hours: QuietHours = Field(
        QuietHours(), description="Hours of the debtor's clock in which nothing is sent; what waits stays planned."
    )
    contact_fallback: dict[ContactRole, tuple[ContactRole, ...]] = Field(
        default_factory=lambda: dict(USUAL_FALLBACK),
        description="Whom to write to when the customer has no contact of the role.",
    )
    consequences: Consequences | None = Field(
        None, description="What late payment costs and early payment saves; nothing when absent."
    )
    credit_policy: CreditPolicy = Field(
        CreditPolicy(), description="Limits, arrears and which orders wait (docs/credit-policy.md)."
    )
    duties: Duties = Field(Duties(), description="Who does what we owe before a debtor is asked (docs/duties.md).")
    worklists: Worklists = Field(Worklists(), description="Who calls, visits and takes cases over (docs/worklists.md).")
    ladders: dict[Name, Ladder]
    segments: tuple[Segment, ...] = Field(min_length=1)
    overrides: tuple[Override, ...] = Field(
        (), description="Exceptions by customer or receivable; they win over segments."
    )
    experiments: tuple[Experiment, ...] = Field(
        (),
        description="Who is left alone or treated otherwise by chance, to see what reminders change (docs/measurement.md).",
    )

    thank_you: ThankYou | None = Field(
        None, description="Whom to thank for a payment, and how seldom; nobody is thanked when absent."
    )

    @field_validator("payments_fresh_within_days", mode="before")
    @classmethod
    def _none_is_no_gate(cls, value: object) -> object:
        return None if value == "none" else value

    @cached_property
    def version(self) -> str:
        """Short hash of what the file means; comments, `about`, spacing and the order of keys do not change it.

        Nor do the quiet hours, which are asked when something is sent.
        Nor does the credit policy, which has a version of its own: orders wait by it, and no message depends on it.
        Nor do the owners of our duties. Nor do the worklists: who works today and for how long decides nothing about any receivable.
        """
        content = self.model_dump(
            exclude_defaults=True,
            exclude={
                "segments": {"__all__": {"about"}},
                "credit_policy": True,
                "quiet_hours": True,
                "duties": {"owners", "within_days", "escalate_to"},
                "worklists": True,
            },
        )
        if not content.get("duties"):
            content.pop("duties", None)
        # A ladder of steps alone means what a list of them did before ladders could say more.
        ladders = content["ladders"].items()
        content["ladders"] = {name: ladder["steps"] if set(ladder) == {"steps"} else ladder for name, ladder in ladders}
        meaning = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
        return hashlib.sha256(meaning.encode()).hexdigest()[:VERSION_DIGITS]


def _plain(value: date | Decimal) -> str:
    return value.isoformat() if isinstance(value, date) else format(value.normalize(), "f")
