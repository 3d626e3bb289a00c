"""The steps of a ladder, in words that cannot be misread (docs/strategy.md says what each means)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, cast, get_args

from pydantic import ConfigDict, Field, field_validator, model_validator

from tasks.duties.links import CONFIRMATION_KINDS, LINKS
from tasks.segment.short_forms import Schema, items_of, or_else, property_as
from tasks.segment.step_messages import StepMessage
from tasks.settings.strict import Strict

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Days = Annotated[int, Field(ge=1, le=1000)]
LadderPurpose = Literal[
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_document_missing",
    "payment_scheduled",
    "pre_due",
    "due",
    "overdue",
    "statement",
    "discount_offer",
    "promise_reminder",
    "promise_broken",
    "suspension_deadline",
    "suspension",
    "legal_deadline",
    "hand_over",
]
Purpose = Literal[LadderPurpose, "thank_you"]
"""What a message is for; `thank_you` is said by the strategy's `thank_you`, never by a step."""
Tone = Literal["courteous", "neutral", "firm"]
MessageChannel = Literal["email", "letter", "whatsapp"]
WorkChannel = Literal["call", "visit", "sales", "executive", "legal", "agency"]
Channel = MessageChannel | WorkChannel
ContactRole = Literal["invoice", "reminder", "escalation", "legal"]
Anchor = Literal[
    "before_due", "on_due", "after_due", "after_invoice", "end_of_month", "after_step", "previous_step", "after_event"
]
Event = Annotated[
    str,
    Field(
        pattern="^(promise_broken|direct_debit_returned|dispute_resolved|confirmed_("
        + "|".join(CONFIRMATION_KINDS)
        + "))$"
    ),
]

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MESSAGE_CHANNELS: tuple[MessageChannel, ...] = get_args(MessageChannel)
"""Ways a text reaches the debtor; each needs an adapter and templates."""
WORK_CHANNELS: tuple[WorkChannel, ...] = get_args(WorkChannel)
"""Ways a person acts; what is decided on them goes to the worklists."""
CHANNELS: tuple[Channel, ...] = (*MESSAGE_CHANNELS, *WORK_CHANNELS)
ANCHORS: tuple[Anchor, ...] = get_args(Anchor)
USUAL_PURPOSE: dict[Anchor, LadderPurpose] = {"before_due": "pre_due", "on_due": "due"}
ANNOUNCED_BY: dict[Purpose, Purpose] = {"suspension": "suspension_deadline", "hand_over": "legal_deadline"}
"""Purposes that hurt, each with the purpose of the step that must have announced it about the same receivable."""
DAYS_TO_PAY = 10
"""Days that a message gives to pay or answer (requirement 003-05), unless its step says otherwise."""


class AfterStep(Strict):
    """Days after an earlier step of the same ladder was sent; never, while that step was not."""

    step: Name
    days: Days


class AfterEvent(Strict):
    """Days after something that the ledger or the exports know of; never, while it did not happen."""

    event: Event = Field(
        description="promise_broken, direct_debit_returned, dispute_resolved, or confirmed_ and the kind confirmed."
    )
    days: Annotated[int, Field(ge=0, le=1000)]


class Repeat(Strict):
    """Says the same step again every so many days, at most so many times after the first."""

    every: Days
    at_most: Annotated[int, Field(ge=1, le=100)]


def _with_channel(schema: Schema) -> None:
    properties = cast("Schema", schema["properties"])
    properties["channel"] = {
        "description": "The only channel, in place of channels.",
        **items_of(properties, "channels"),
    }


class Step(Strict):
    """One thing to say, when (exactly one of the anchors), to whom, by which channel and in which tone."""

    model_config = ConfigDict(json_schema_extra=_with_channel)

    step: Name = Field(description="Name of the step; what was said is remembered by it.")
    before_due: Days | None = Field(None, description="Days before the due date; never sent on or after it.")
    on_due: Literal[True] | None = Field(
        None, description="The due date itself, or the next day on which a run can act."
    )
    after_due: Days | None = Field(None, description="Days after the due date and the tolerance.")
    after_invoice: Days | None = Field(None, description="Days after the invoice date, for what is payable on receipt.")
    end_of_month: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        None, description="Days after the last day of the due date's month; 0 is that day itself."
    )
    after_step: AfterStep | None = Field(None, description="Days after an earlier step was sent.")
    previous_step: Days | None = Field(None, description="Days after the step above was sent: after_step in short.")
    after_event: AfterEvent | None = Field(None, description="Days after something happened; said once for each time.")
    repeat: Repeat | None = Field(None, description="Says the step again while nothing changes.")
    purpose: LadderPurpose = Field("overdue", description="pre_due with before_due and due with on_due, unless given.")
    confirms: Literal["next"] | None = Field(
        None, description="In place of a purpose: asks for the first confirmation that is missing (docs/duties.md)."
    )
    tone: Tone = Field("neutral", description="How it is said.")
    channels: tuple[Channel, ...] = Field(
        ("email",), min_length=1, description="All of these are used; `channel` names a single one."
    )
    fallback_channels: tuple[Channel, ...] = Field(
        (), description="The first of these that can be used, where none of `channels` can."
    )
    contact_role: ContactRole = Field("reminder", description="Which contact of the customer; see contact_fallback.")
    deadline_days: Annotated[int, Field(ge=1, le=90)] | None = Field(
        None,
        description="Days that the message gives to pay or answer; 10 unless given, and a weekend moves to the Monday.",
    )
    needs_approval: bool = Field(False, description="The message waits in the ledger until a person approves it.")
    message: StepMessage | None = Field(
        None, description="Files that go with its e-mails and letters, and who gets a copy of its e-mails."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        given = dict(data)
        if "channel" in given:
            if "channels" in given:
                raise ValueError("give either channel or channels")
            given["channels"] = (given.pop("channel"),)
        if given.get("confirms") is not None:
            if "purpose" in given:
                raise ValueError("give either purpose or confirms")
            given["purpose"] = LINKS[0]
        usual = next((USUAL_PURPOSE[anchor] for anchor in USUAL_PURPOSE if given.get(anchor) is not None), None)
        return given if usual is None else {"purpose": usual, **given}

    @model_validator(mode="after")
    def _one_anchor(self) -> Step:
        given = [anchor for anchor in ANCHORS if getattr(self, anchor) is not None]
        if len(given) != 1:
            found = ", ".join(given) or "none"
            raise ValueError(f"step '{self.step}' needs exactly one of {', '.join(ANCHORS)}, and has {found}")
        if self.after_event is not None and self.repeat is not None:
            raise ValueError(f"step '{self.step}' is said once for each event, so `repeat` means nothing; remove it")
        named = [*self.channels, *self.fallback_channels]
        if len(set(named)) < len(named):
            raise ValueError(f"step '{self.step}' names a channel twice")
        return self

    @property
    def anchor(self) -> Anchor:
        """The word that says when the step opens."""
        return next(anchor for anchor in ANCHORS if getattr(self, anchor) is not None)

    @property
    def channel(self) -> Channel:
        """The first channel that is wanted."""
        return self.channels[0]

    @property
    def days(self) -> int:
        """Days of the anchor; 0 for `on_due`."""
        if self.after_step is not None:
            return self.after_step.days
        if self.after_event is not None:
            return self.after_event.days
        return self.before_due or self.after_due or self.after_invoice or self.end_of_month or self.previous_step or 0

    @property
    def when(self) -> str:
        """The anchor as it is written in YAML, for messages."""
        if self.after_step is not None:
            return f"after_step {self.after_step.step} + {self.after_step.days}"
        if self.after_event is not None:
            return f"after_event {self.after_event.event} + {self.after_event.days}"
        return self.anchor if self.on_due else f"{self.anchor} {self.days}"


class Ladder(Strict):
    """Steps in their order, and what holds for all of them. A list in YAML means the steps alone."""

    model_config = ConfigDict(json_schema_extra=or_else(property_as("steps")))

    tolerance_days: Annotated[int, Field(ge=0, le=365)] | None = Field(
        None, description="In place of the strategy's: days past due in which nothing is overdue yet."
    )
    on_part_payment: Literal["continue", "restart"] | Annotated[int, Field(ge=1, le=365)] = Field(
        "continue",
        description="After a part payment of what is overdue: continue; restart as if it fell due that day; or wait so many days.",
    )
    steps: tuple[Step, ...]

    @model_validator(mode="before")
    @classmethod
    def _steps_alone(cls, data: object) -> object:
        return {"steps": data} if isinstance(data, list | tuple) else data

    @field_validator("steps")
    @classmethod
    def _step_above_by_name(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Writes `previous_step` as the `after_step` it stands for, so that both mean the same everywhere below."""
        return (*steps[:1], *(_resolved(step, above.step) for above, step in pairwise(steps)))


def _resolved(step: Step, above: str) -> Step:
    if step.previous_step is None:
        return step
    return step.model_copy(update={"previous_step": None, "after_step": AfterStep(step=above, days=step.previous_step)})
