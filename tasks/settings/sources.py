"""How one export maps onto a contract: the `sources:` entries of `puntual.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ContractName = Literal["customers", "contacts", "receivables", "payments"]
Delivery = Literal["snapshot", "increment"]


class Strict(BaseModel):
    """Base of every settings model: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CsvFormat(Strict):
    """A delimited text file, plain or gzipped."""

    type: Literal["csv"] = "csv"
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', max_length=1)
    encoding: str = "utf-8"
    skip_rows: int = Field(0, ge=0, description="Preamble lines before the header.")


class XlsxFormat(Strict):
    """A workbook; cells are read as values, never as formulas."""

    type: Literal["xlsx"] = "xlsx"
    sheet: str | None = Field(None, description="Name of the sheet; the first one when absent.")
    skip_rows: int = Field(0, ge=0, description="Rows before the header.")


class ParquetFormat(Strict):
    """A Parquet file."""

    type: Literal["parquet"] = "parquet"


class PostgresqlFormat(Strict):
    """A read-only query; the URL comes from the environment, never from the file."""

    type: Literal["postgresql"] = "postgresql"
    url_env: str
    query: str


Format = Annotated[CsvFormat | XlsxFormat | ParquetFormat | PostgresqlFormat, Field(discriminator="type")]


class Decimals(Strict):
    """How amounts are written in the export."""

    decimal: Literal[",", "."] = "."
    thousands: Literal[",", ".", " ", "'", ""] = ""


class SignRule(Strict):
    """Turns the amount's sign when `column` holds one of `values` (credit notes, S/H flags)."""

    column: str
    values: tuple[str, ...]


class ColumnMapping(Strict):
    """Where one contract column comes from. Exactly one of `column`, `value`, `hash_of`, `join` is given."""

    column: str | None = None
    value: str | None = Field(None, description="The same constant for every row.")
    hash_of: tuple[str, ...] = Field((), description="A key made of these columns, for exports that have none.")
    join: tuple[str, ...] = Field((), description="These columns' values joined by `separator`.")
    separator: str = "-"
    format: tuple[str, ...] = Field((), description="strptime formats tried in order; the source's `dates` when empty.")
    map: dict[str, str] = Field(
        default_factory=dict, description="Source value to contract value; others stay as they are."
    )
    strip_suffix: str = Field(
        "", description="Removed from the end when present, such as '.0' of a number read as float."
    )
    strip_leading_zeros: bool = False
    blank: tuple[str, ...] = Field((), description="Source values that mean 'empty', such as '-' or '00000000'.")
    negate_when: SignRule | None = None
    default: str | None = Field(None, description="Used where the source value is empty.")
    when_negative: str | None = Field(None, description="Used where the row's amount is negative, such as credit_note.")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        if isinstance(data, str):
            return {"column": data}
        if isinstance(data, dict) and isinstance(data.get("format"), str):
            return {**data, "format": (data["format"],)}
        return data

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        origins = [self.column is not None, self.value is not None, bool(self.hash_of), bool(self.join)]
        if sum(origins) != 1:
            raise ValueError("give exactly one of column, value, hash_of, join")
        return self


class Source(Strict):
    """One export (or several files of the same shape) and the contract it fulfils."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    contract: ContractName
    path: str | None = Field(None, description="File or glob, relative to the workspace; absent for databases.")
    format: Format = CsvFormat()
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimals: Decimals = Decimals()
    delivery: Delivery = Field(
        "snapshot",
        description="snapshot: the newest file (by name) is the whole truth; increment: all files, a later row replaces an earlier one of the same key.",
    )
    columns: dict[str, ColumnMapping]
    references: dict[str, ColumnMapping] = Field(
        default_factory=dict,
        description="The company's own references (project, case …), carried to decisions, messages and mart.",
    )
    ignore: tuple[str, ...] = Field(
        (), description="Columns known and not needed; any other unmapped column is reported."
    )
    max_reject_share: float = Field(0.05, ge=0, le=1)
    fresh_within_days: int | None = Field(
        None, ge=0, description="The newest date of the file may be at most this old at `as_of`."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_dates(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("dates"), str):
            return {**data, "dates": (data["dates"],)}
        return data

    @model_validator(mode="after")
    def _path_or_query(self) -> Source:
        if (self.path is None) != (self.format.type == "postgresql"):
            raise ValueError("a file source needs a path, a postgresql source must not have one")
        return self
