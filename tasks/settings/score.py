"""`score:` of `puntual.yaml`: what counts as late, which of the company's own codes a fitted model may look at, and its windows."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from tasks.settings.strict import Strict

ReferenceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Windows(Strict):
    """Look-back windows in days, and weights in receivables by which few observations are drawn to the wider group.

    Five months for `recent_days`: what Appel et al. (arXiv 2008.07363) found best.
    """

    history_days: int = Field(1095, ge=30, description="What a customer did longer ago is not looked at.")
    context_days: int = Field(
        365, ge=30, description="The same for weekdays, terms, parts of the month and attributes."
    )
    recent_days: int = Field(150, ge=7, description="The longer of the two windows that show a change of habit.")
    latest_days: int = Field(60, ge=7, description="The shorter one.")
    base_days: int = Field(90, ge=7, description="What the company's present level of lateness is measured on.")
    customer_weight: float = Field(5, gt=0, description="Receivables that the company weighs against a customer's own.")
    context_weight: float = Field(3, gt=0, description="The same for the customer against one of his circumstances.")
    branch_weight: float = Field(20, gt=0, description="The same for the company against one of its circumstances.")
    base_weight: float = Field(30, gt=0, description="The same for the company's history against its present level.")


class Tolerances(Strict):
    """Days after the due date from which a payment is late, and very late, to the two probabilities of a fitted model.

    What is more than 90 days late is in default, so both lie below that.
    """

    late: int = Field(0, ge=0, lt=90, description="Paid more than so many days after the due date is late.")
    very_late: int = Field(7, ge=0, lt=90, description="The same for very late; more than `late`.")

    @property
    def days(self) -> tuple[int, int]:
        return self.late, self.very_late

    @model_validator(mode="after")
    def _grow(self) -> Self:
        if self.late >= self.very_late:
            raise ValueError(f"very_late ({self.very_late}) must be more days than late ({self.late})")
        return self


class ScoreSettings(Strict):
    """How lateness is scored."""

    tolerances: Tolerances = Tolerances()

    working_days: bool = Field(
        False,
        description="A due date on a weekend or public holiday rolls to the next working day before lateness is counted.",
    )
    calendar: str | None = Field(
        None,
        pattern=r"^[A-Z]{2}$",
        description="Country whose holidays count for `working_days`; the company's when absent.",
    )
    branch: ReferenceName | None = Field(
        None,
        description="Reference that tells the company's branches apart, whose customers pay at levels of their own.",
    )
    attributes: tuple[ReferenceName, ...] | None = Field(
        None,
        max_length=6,
        description="References that a fitted model looks at, the most telling first; chosen by training when absent.",
    )
    may_be_shared: bool = Field(
        False,
        description="This company's payment history may help to train a model that other companies of the same service use; "
        "only sums over trees leave, no names or amounts.",
    )
    windows: Windows = Windows()
