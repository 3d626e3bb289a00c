"""One export and the contract it fulfils: the `sources:` entries of `puntual.yaml`, and what a source profile ships."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from tasks.settings.columns import ColumnMapping, Decimals
from tasks.settings.formats import CsvFormat, DatabaseFormat, Format
from tasks.settings.rows import Rows
from tasks.settings.strict import Strict

ContractName = Literal["customers", "contacts", "receivables", "payments", "direct_debits", "orders"]
Delivery = Literal["snapshot", "open_items", "increment", "correction"]


class Mapping(Strict):
    """How exports of one shape fulfil a contract; a source adds where they lie."""

    contract: ContractName
    format: Format = CsvFormat()
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimals: Decimals = Decimals()
    rows: Rows = Rows()
    delivery: Delivery = Field(
        "snapshot",
        description="snapshot: the newest file is the whole truth; open_items: likewise, and an item that it no longer "
        "lists was settled; increment: all files, a later row replaces an earlier one of the same key; correction: its "
        "rows replace those of the same key in the contract's other sources.",
    )
    may_be_empty: bool = Field(
        False,
        description="A file without any row of the contract is usual, as of payments on account. Otherwise a contract "
        "without any row stops the run, for the export was probably cut off; increments may always be empty.",
    )
    columns: dict[str, ColumnMapping]
    references: dict[str, ColumnMapping] = Field(
        default_factory=dict,
        description="The company's own references (project, case …), carried to decisions, messages and mart.",
    )
    ignore: tuple[str, ...] = Field(
        (), description="Columns known and not needed; any other unmapped column is reported. '*' ignores all others."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_dates(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("dates"), str):
            return {**data, "dates": (data["dates"],)}
        return data


class Source(Mapping):
    """One export (or several files of the same shape) and the contract it fulfils."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    profile: str | None = Field(
        None, description="A shipped source profile; what the entry itself says comes before what the profile says."
    )
    path: str | None = Field(None, description="File or glob, relative to the workspace; absent for databases.")
    delivered_on: str | None = Field(
        None,
        description="A regular expression with the groups year, month, day that takes the day of a delivery from the "
        "file's name; files are in order of that day, and by name without it. open_items needs it.",
    )
    max_settled_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Of open_items: the share of the items of the previous list that may be missing from the newest one; "
        "more stops the run, for the export was probably cut off.",
    )
    max_reject_share: float = Field(0.05, ge=0, le=1)
    fresh_within_days: int | None = Field(
        None, ge=0, description="The newest date of the file may be at most this old at `as_of`."
    )

    @field_validator("delivered_on")
    @classmethod
    def _day_of_a_name(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            groups = set(re.compile(value).groupindex)
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from None
        if groups != {"year", "month", "day"}:
            raise ValueError(
                r"needs the groups year, month and day, as in (?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
            )
        return value

    @model_validator(mode="after")
    def _lists_of_open_items(self) -> Source:
        if self.delivery == "open_items" and (self.contract != "receivables" or self.delivered_on is None):
            raise ValueError(
                "delivery open_items is for receivables, and needs delivered_on to know when an item was settled"
            )
        return self

    @model_validator(mode="after")
    def _path_or_query(self) -> Source:
        if (self.path is None) != isinstance(self.format, DatabaseFormat):
            raise ValueError("a file source needs a path, a database source must not have one")
        return self
