"""Bank files as raw text columns: which module reads which standard, and its rows written to a scratch Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tasks.extract.bank_files import camt, mt940, norma43, ofx, pain002, pain008
from tasks.extract.expressions import name, parquet, select
from tasks.extract.raw import RawTable, all_text, raw_name
from tasks.extract.scratch_rows import ScratchRows, raw_schema
from tasks.settings.formats import BankFileFormat, BankStandard

Reader = Callable[[Path, str, BankFileFormat], Iterator[dict[str, str]]]


class Standard(NamedTuple):
    """A standard's columns, and its reader: path, the name users know, settings."""

    headers: tuple[str, ...]
    read: Reader


STANDARDS: dict[BankStandard, Standard] = {
    "camt": Standard(camt.HEADERS, camt.read),
    "mt940": Standard(mt940.HEADERS, mt940.read),
    "norma43": Standard(norma43.HEADERS, norma43.read),
    "ofx": Standard(ofx.HEADERS, ofx.read),
    "pain002": Standard(pain002.HEADERS, pain002.read),
    "pain008": Standard(pain008.HEADERS, pain008.read),
}


def read_bank_file(path: Path, file: str, settings: BankFileFormat, scratch: Path) -> RawTable:
    """The file's rows as text, in file order; memory does not grow with the file, but for the keys of its entries.

    Raises:
        SourceProblem: another format, cut off, damaged, or totals that do not tie: nothing of the file is used then.
    """
    standard = STANDARDS[settings.standard]
    target, width = scratch / "bank_file.parquet", len(standard.headers)
    with ScratchRows(target, raw_schema(width)) as rows:
        for row in standard.read(path, file, settings):
            rows.add([row[header] for header in standard.headers])
    relation = select([name(raw_name(index)) for index in range(width)], parquet(target))
    return RawTable(standard.headers, relation, all_text(width), expected_rows=rows.count)
