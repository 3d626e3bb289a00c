"""What kind of file or query an export is, and how its text becomes rows and columns: `format:` of a source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tasks.settings.strict import Strict

EInvoiceStandard = Literal["ubl", "cii", "facturae", "cfdi", "dte", "fatturapa", "saft"]
BankStandard = Literal["camt", "mt940", "norma43", "ofx", "pain002", "pain008"]


class PreambleCell(Strict):
    """A cell before the header: of the `row`-th row of the file (from 1), the `field`-th cell (from 1), or what `matches` takes of it."""

    row: int = Field(ge=1)
    field: int = Field(1, ge=1)
    matches: str = Field("", description="A regular expression with one group, such as 'As of (.+)'.")


class Layout(Strict):
    """Where the table lies in a sheet or text that holds more than a table: titles, totals, a print time."""

    skip_rows: int = Field(0, ge=0, description="Rows before the header.")
    header_has: tuple[str, ...] = Field(
        (), description="The header is the first row that holds all of these cells; for files whose preamble varies."
    )
    names: tuple[str, ...] = Field((), description="Names of the columns, for files without a header.")
    ragged: bool = Field(
        False,
        description="Rows may be shorter or longer than the header (titles, totals); they are filled with blanks.",
    )
    preamble: dict[str, PreambleCell] = Field(
        default_factory=dict,
        description="Cells before the header that belong to every row: they become columns under these names.",
    )

    @model_validator(mode="after")
    def _one_way_to_the_header(self) -> Layout:
        if self.names and self.header_has:
            raise ValueError("give names (no header) or header_has, not both")
        return self


class CsvFormat(Layout):
    """A delimited text file, plain or gzipped."""

    type: Literal["csv"] = "csv"
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', max_length=1)
    encoding: str = "utf-8"
    tag: str = Field(
        "",
        description="Of a file whose lines start with a record tag, the records of this tag; their header is the line that starts with '!' and the tag.",
    )

    @model_validator(mode="after")
    def _tag_names_its_header(self) -> CsvFormat:
        if self.tag and (self.names or self.header_has):
            raise ValueError("tagged records have a header of their own: give tag, or names or header_has")
        return self


class XlsxFormat(Layout):
    """A workbook; cells are read as values, never as formulas."""

    type: Literal["xlsx"] = "xlsx"
    sheet: str | None = Field(None, description="Name of the sheet; the first one when absent.")


class FixedField(Strict):
    """One column of a fixed-width file: `start` counts characters from 1."""

    name: str
    start: int = Field(ge=1)
    length: int = Field(ge=1)


class FixedWidthFormat(Strict):
    """Lines of fixed width without delimiters; trailing blanks may be missing."""

    type: Literal["fixed_width"] = "fixed_width"
    encoding: str = "utf-8"
    skip_rows: int = Field(0, ge=0)
    fields: tuple[FixedField, ...] = Field(min_length=1)


class JsonFormat(Strict):
    """A JSON document or one JSON object a line. Nested keys become columns named by their path ('links.payment')."""

    type: Literal["json"] = "json"
    records: str = Field("", description="Path of the list of records; the document itself (or each line) when empty.")


class ParquetFormat(Strict):
    """A Parquet file."""

    type: Literal["parquet"] = "parquet"


class EInvoiceFormat(Strict):
    """An electronic invoice or audit file in XML (or a zip of them). `table` says which of its rows are wanted."""

    type: Literal["einvoice"] = "einvoice"
    standard: EInvoiceStandard
    table: Literal["documents", "payments", "parties"] = "documents"


class BankFileFormat(Strict):
    """An electronic statement, or the answer to a direct-debit order: one row per entry."""

    type: Literal["bank_file"] = "bank_file"
    standard: BankStandard
    encoding: str = Field("", description="Of text formats; the standard's own when empty.")
    accept_unbalanced: bool = Field(
        False,
        description="Take statements whose totals or balances do not tie with their entries (extracts); otherwise they stop the source.",
    )


class DatabaseFormat(Strict):
    """A read-only query; the URL comes from the environment, never from the file.

    `postgresql://`, `mysql://`, `mssql://`, `oracle://` and `sqlite:///` are known by the URL's scheme.
    """

    type: Literal["database", "postgresql"] = "database"
    url_env: str
    query: str


TableFormat = CsvFormat | XlsxFormat
Format = Annotated[
    CsvFormat
    | XlsxFormat
    | FixedWidthFormat
    | JsonFormat
    | ParquetFormat
    | EInvoiceFormat
    | BankFileFormat
    | DatabaseFormat,
    Field(discriminator="type"),
]
