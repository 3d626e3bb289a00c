"""Dated legal figures as files: ours in `rates/`, a workspace's own in `rates.yaml`, in one format.

Each row says from when to when it holds, where it was read, when, and how sure that is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from tasks.problems import SettingsProblem
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode
from tasks.settings.yaml_file import model_problems, read_yaml

SHIPPED = Path(__file__).parent / "rates"
RateName = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z_]*$")]
Points = Annotated[Decimal, Field(ge=-100, le=100, max_digits=7, decimal_places=4)]
Certainty = Literal["official", "secondary", "unverified"]


class Row(Strict):
    """What every row says of itself; both days are included, and a row without `to` holds until further notice."""

    from_on: date = Field(alias="from")
    to_on: date = Field(date.max, alias="to")
    source: str = Field(min_length=1)
    read_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$", description="Day or month it was read.")]
    certainty: Certainty

    @model_validator(mode="before")
    @classmethod
    def _a_day_is_text(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("read_on"), date):
            return {**value, "read_on": value["read_on"].isoformat()}
        return value

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Row:
        if self.to_on < self.from_on:
            raise ValueError("`to` is before `from`")
        return self


class RateRow(Row):
    """A rate in percent a year: a country's legal one (`ES`), or one that margins are laid over (`ECB`)."""

    name: RateName
    percent: Points


class MarginRow(Row):
    """A country's legal rate as points over another rate."""

    name: RateName
    over: RateName
    points: Points


class CompensationRow(Row):
    """The fixed sum that the law of `countries` gives for an invoice paid late."""

    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(min_length=1)
    currency: CurrencyCode
    amount: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]


class RateFile(Strict):
    """One file of dated figures."""

    rates: tuple[RateRow, ...] = ()
    margins: tuple[MarginRow, ...] = ()
    compensations: tuple[CompensationRow, ...] = ()


def shipped_rows() -> RateFile:
    """What comes with the program, all files together."""
    files = [read_rate_file(path) for path in sorted(SHIPPED.glob("*.yaml"))]
    return RateFile(
        rates=tuple(row for file in files for row in file.rates),
        margins=tuple(row for file in files for row in file.margins),
        compensations=tuple(row for file in files for row in file.compensations),
    )


def read_rate_file(path: Path) -> RateFile:
    """Reads one file; raises `SettingsProblem` with every mistake and its place."""
    try:
        return RateFile.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        fix = "See docs/consequences.md for how rates are written."
        raise SettingsProblem(*(replace(problem, fix=fix) for problem in model_problems(error, path.name))) from None
