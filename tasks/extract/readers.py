"""Which reader opens a file: one case per type of `format`. A new type of file is a new case here and a reader of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.absent_keys import with_absent_keys
from tasks.extract.bank_file import read_bank_file
from tasks.extract.csv_file import open_csv
from tasks.extract.einvoice_file import read_einvoices
from tasks.extract.einvoice_table import Content
from tasks.extract.fixed_width_file import read_fixed_width
from tasks.extract.json_file import read_json
from tasks.extract.parquet_file import read_parquet
from tasks.extract.raw import RawTable
from tasks.extract.xlsx_file import read_xlsx
from tasks.settings.formats import (
    BankFileFormat,
    CsvFormat,
    EInvoiceFormat,
    FixedWidthFormat,
    JsonFormat,
    ParquetFormat,
    XlsxFormat,
)
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection


@dataclass(frozen=True)
class Reading:
    """A file to be read: `file` is the name users know, `scratch` a folder that lives until the file is landed."""

    connection: Connection
    source: Source
    path: Path
    file: str
    scratch: Path


@dataclass(frozen=True)
class Opened:
    """A file as raw text columns. `repaired` reads it again line by line, for files that cannot be read at once."""

    raw: RawTable
    repaired: Callable[[], RawTable] | None = None


def open_file(reading: Reading) -> Opened:
    """The file's rows.

    Raises:
        SourceProblem: the file is not what `format` says, is damaged, or is larger than any real export.
    """
    path, file, scratch = reading.path, reading.file, reading.scratch
    decimals = reading.source.decimals
    repaired = None
    match reading.source.format:
        case CsvFormat() as settings:
            raw, repaired = open_csv(reading.connection, path, file, settings, scratch)
        case XlsxFormat() as settings:
            raw = read_xlsx(reading.connection, path, file, settings, decimals, scratch=scratch)
        case BankFileFormat() as settings:
            raw = read_bank_file(path, file, settings, scratch)
        case EInvoiceFormat() as settings:
            content = Content(path, file, digest=file)
            cache = scratch / "parsed"
            raw = read_einvoices(reading.connection, [content], settings, cache=cache, scratch=scratch)
        case FixedWidthFormat() as settings:
            raw = read_fixed_width(path, file, settings, scratch)
        case JsonFormat() as settings:
            raw = with_absent_keys(read_json(path, file, settings, decimals, scratch), reading.source)
        case ParquetFormat():
            raw = read_parquet(reading.connection, path, file, decimals)
        case other:
            raise NotImplementedError(f"no reader of files of type {other.type}")
    return Opened(raw, repaired)
