"""Which reader opens a file: one case per type of `format`. A new type of file is a new case here and a reader of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.bank_file import read_bank_file
from tasks.extract.csv_file import read_csv, read_repaired_csv
from tasks.extract.parquet_file import read_parquet
from tasks.extract.raw import RawTable
from tasks.extract.xlsx_file import read_xlsx
from tasks.settings.formats import BankFileFormat, CsvFormat, ParquetFormat, XlsxFormat
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
    match reading.source.format:
        case CsvFormat() as settings:
            return _open_csv(reading, settings)
        case XlsxFormat() as settings:
            return Opened(read_xlsx(path, file, settings, decimals, scratch))
        case BankFileFormat() as settings:
            return Opened(read_bank_file(path, file, settings, scratch))
        case ParquetFormat():
            return Opened(read_parquet(reading.connection, path, file, decimals))
        case other:
            raise NotImplementedError(f"no reader of files of type {other.type}")


def _open_csv(reading: Reading, settings: CsvFormat) -> Opened:
    raw, as_text = read_csv(reading.path, reading.file, settings, reading.scratch)
    return Opened(raw, lambda: read_repaired_csv(as_text, reading.file, raw.headers, settings, reading.scratch))
