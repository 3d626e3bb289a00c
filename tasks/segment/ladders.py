"""The steps of a ladder, in words that cannot be misread (docs/strategy.md says what each means)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tasks.settings.strict import Strict

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Days = Annotated[int, Field(ge=1, le=1000)]
Purpose = Literal["pre_due", "due", "overdue"]
Tone = Literal["courteous", "neutral", "firm"]
Channel = Literal["email"]
ContactRole = Literal["invoice", "reminder", "escalation", "legal"]
Anchor = Literal["before_due", "on_due", "after_due", "after_invoice", "after_step"]

ANCHORS: tuple[Anchor, ...] = ("before_due", "on_due", "after_due", "after_invoice", "after_step")
USUAL_PURPOSE: dict[Anchor, Purpose] = {"before_due": "pre_due", "on_due": "due"}


class AfterStep(Strict):
    """Days after an earlier step of the same ladder was sent; never, while that step was not."""

    step: Name
    days: Days


class Repeat(Strict):
    """Says the same step again every so many days, at most so many times after the first."""

    every: Days
    at_most: Annotated[int, Field(ge=1, le=100)]


class Step(Strict):
    """One thing to say, when (exactly one of the five anchors), to whom and in which tone."""

    step: Name
    before_due: Days | None = Field(None, description="Days before the due date; never sent on or after it.")
    on_due: Literal[True] | None = Field(
        None, description="The due date itself, or the next day on which a run can act."
    )
    after_due: Days | None = Field(None, description="Days after the due date and the strategy's tolerance.")
    after_invoice: Days | None = Field(None, description="Days after the invoice date, for what is payable on receipt.")
    after_step: AfterStep | None = None
    repeat: Repeat | None = None
    purpose: Purpose = Field("overdue", description="pre_due with before_due and due with on_due, unless given.")
    tone: Tone = "neutral"
    channel: Channel = "email"
    contact_role: ContactRole = "reminder"
    needs_approval: bool = Field(False, description="The message waits in the ledger until a person approves it.")

    @model_validator(mode="before")
    @classmethod
    def _usual_purpose(cls, data: object) -> object:
        if not isinstance(data, dict) or "purpose" in data:
            return data
        usual = next((USUAL_PURPOSE[anchor] for anchor in USUAL_PURPOSE if data.get(anchor) is not None), None)
        return data if usual is None else {**data, "purpose": usual}

    @model_validator(mode="after")
    def _one_anchor(self) -> Step:
        given = [anchor for anchor in ANCHORS if getattr(self, anchor) is not None]
        if len(given) != 1:
            found = ", ".join(given) or "none"
            raise ValueError(f"step '{self.step}' needs exactly one of {', '.join(ANCHORS)}, and has {found}")
        return self

    @property
    def anchor(self) -> Anchor:
        """The word that says when the step opens."""
        return next(anchor for anchor in ANCHORS if getattr(self, anchor) is not None)

    @property
    def days(self) -> int:
        """Days of the anchor; 0 for `on_due`."""
        if self.after_step is not None:
            return self.after_step.days
        return self.before_due or self.after_due or self.after_invoice or 0

    @property
    def when(self) -> str:
        """The anchor as it is written in YAML, for messages."""
        if self.after_step is not None:
            return f"after_step {self.after_step.step} + {self.after_step.days}"
        return self.anchor if self.on_due else f"{self.anchor} {self.days}"
