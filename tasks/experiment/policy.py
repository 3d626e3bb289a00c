"""`experiments:` of `strategy.yaml` as typed values: hold-outs and variants, for whom, how many and how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
HOLD_OUT = "hold_out"
AS_USUAL = "as_usual"
LARGEST_HOLD_OUT = Decimal("0.2")
"""More than that costs more money than the answer is worth."""


class Variant(Strict):
    """A share of the customers goes through another ladder (tone, channel, days), or reads other words on the same one, or both."""

    name: Name
    ladder: Name | None = Field(None, description="The ladder of these customers while the experiment runs.")
    wording: Name | None = Field(
        None, description="Folder of templates with other words: <purpose>/<language>/<wording>/ (docs/messages.md)."
    )
    share: Annotated[Decimal, Field(gt=0, lt=1)] = Field(description="Share of the customers, 0 to 1.")


class Experiment(Strict):
    """Some customers, drawn by chance before the first contact, are left alone or treated otherwise, to see what contacts change."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Name = Field(description="Part of the draw: another name draws other customers.")
    segments: tuple[Name, ...] = Field(min_length=1, description="Customers of these segments take part.")
    share: Annotated[Decimal, Field(ge=0, le=LARGEST_HOLD_OUT)] = Field(
        Decimal(0), description="Share of the customers that is not reminded, 0 to 0.2."
    )
    from_on: date = Field(alias="from", description="First day on which customers are assigned.")
    until: date = Field(description="Last day; afterwards everybody is treated as usual.")
    never_above: dict[CurrencyCode, Annotated[Decimal, Field(gt=0)]] = Field(
        default_factory=dict,
        description="Nobody who owes more is left alone; nor who owes in a currency that is not listed.",
    )
    at_most_days_overdue: Annotated[int, Field(ge=0, le=90)] = Field(
        45, description="What is overdue for longer is reminded of, whatever the group."
    )
    unit: Literal["customer"] = Field("customer", description="What is assigned; only whole customers can be.")
    variants: tuple[Variant, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Experiment:
        for problem in self._mistakes():
            raise ValueError(f"experiment '{self.name}' {problem}")
        return self

    def _mistakes(self) -> Iterator[str]:
        names = [variant.name for variant in self.variants]
        if self.until < self.from_on:
            yield "ends before it begins"
        if not self.share and not self.variants:
            yield "changes nothing: give a share to leave alone, or variants"
        if same := [variant.name for variant in self.variants if variant.ladder is None and variant.wording is None]:
            yield f"has a variant '{same[0]}' that changes nothing: give it a ladder or a wording"
        if self.share and not self.never_above:
            yield "leaves customers alone and needs never_above, an amount per currency above which nobody is"
        if self.share + sum(variant.share for variant in self.variants) >= 1:
            yield "leaves nobody to be treated as usual: the shares add up to 1 or more"
        if len(set(names)) < len(names) or {HOLD_OUT, AS_USUAL} & set(names):
            yield f"has two groups of one name ({HOLD_OUT} and {AS_USUAL} are taken)"

    def overlaps(self, other: Experiment) -> bool:
        """True where both could assign the same customer on the same day."""
        same_days = self.from_on <= other.until and other.from_on <= self.until
        return same_days and bool(set(self.segments) & set(other.segments))

    def wording_of(self, arm: str) -> str | None:
        """The wording of an arm; None: the usual."""
        return next((variant.wording for variant in self.variants if variant.name == arm), None)

    def arms(self) -> Iterator[tuple[str, Decimal, Decimal, str | None]]:
        """Name, from and to of the draw (0 to 1, `to` excluded), and ladder of each group; what is left is `as_usual`."""
        start = self.share
        if start:
            yield (HOLD_OUT, Decimal(0), start, None)
        for variant in self.variants:
            yield (variant.name, start, start + variant.share, variant.ladder)
            start += variant.share
        yield (AS_USUAL, start, Decimal(1), None)
