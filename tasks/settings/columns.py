"""Where one contract column comes from, and how its text is prepared: `columns:` and `references:` of a source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tasks.settings.strict import Strict


class Decimals(Strict):
    """How amounts are written in the export."""

    decimal: Literal[",", "."] = "."
    thousands: Literal[",", ".", " ", "'", ""] = ""


class SignRule(Strict):
    """Turns the amount's sign when `column` holds one of `values` (credit notes, S/H flags)."""

    column: str
    values: tuple[str, ...]


class DebitCredit(Strict):
    """An amount in two columns, of which one is blank or zero: debit less credit."""

    debit: str
    credit: str


class ColumnMapping(Strict):
    """Where one contract column comes from. Exactly one of `column`, `value`, `hash_of`, `join`, `first_of`, `debit_credit` is given."""

    column: str | None = None
    value: str | None = Field(None, description="The same constant for every row.")
    hash_of: tuple[str, ...] = Field((), description="A key made of these columns, for exports that have none.")
    count_equal: bool = Field(
        False,
        description="Of hash_of: the second row of a file with the same key gets '-2' behind it, the third '-3'; for exports "
        "of which each row is a movement of its own.",
    )
    join: tuple[str, ...] = Field((), description="These columns' values joined by `separator`.")
    first_of: tuple[str, ...] = Field((), description="The first of these columns that is not blank.")
    debit_credit: DebitCredit | None = Field(None, description="An amount in two columns: debit less credit.")
    separator: str = "-"
    format: tuple[str, ...] = Field((), description="strptime formats tried in order; the source's `dates` when empty.")
    year_from: str | None = Field(
        None,
        description="For dates without a year: the column with the first day of the financial year they lie in.",
    )
    map: dict[str, str] = Field(
        default_factory=dict, description="Source value to contract value; others stay as they are."
    )
    extract: str = Field(
        "",
        description="A regular expression with one group: what it takes of the value; blank where it does not match.",
    )
    strip_suffix: str = Field(
        "", description="Removed from the end when present, such as '.0' of a number read as float."
    )
    strip_leading_zeros: bool = False
    upper: bool = Field(False, description="In capital letters, as currency codes are.")
    prefix: str = Field("", description="Put before every value that is not blank.")
    blank: tuple[str, ...] = Field((), description="Source values that mean 'empty', such as '-' or '00000000'.")
    minor_units: bool = Field(
        False,
        description="The amount is a whole number of the currency's smallest unit (cents; units where it has none).",
    )
    negate: bool = Field(False, description="Turns the sign of every amount.")
    negate_when: tuple[SignRule, ...] | None = Field(
        None, description="Turns the amount's sign once for each of these that holds: two of them leave it as it is."
    )
    default: str | None = Field(None, description="Used where the source value is empty.")
    when_negative: str | None = Field(
        None,
        description="Used where the row's amount is negative, such as credit_note; not for values that a `map` does not know.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        if isinstance(data, str):
            return {"column": data}
        if isinstance(data, dict) and isinstance(data.get("format"), str):
            data = {**data, "format": (data["format"],)}
        if isinstance(data, dict) and isinstance(data.get("negate_when"), dict):
            data = {**data, "negate_when": (data["negate_when"],)}
        return data

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        origins = [
            self.column is not None,
            self.value is not None,
            bool(self.hash_of),
            bool(self.join),
            bool(self.first_of),
            self.debit_credit is not None,
        ]
        if sum(origins) != 1:
            raise ValueError("give exactly one of column, value, hash_of, join, first_of, debit_credit")
        if self.count_equal and not self.hash_of:
            raise ValueError("count_equal is for hash_of")
        return self
