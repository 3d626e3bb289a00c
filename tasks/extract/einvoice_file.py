"""E-invoice and audit files as raw text columns: which module reads which standard, and the rows of one or many files.

Each content is parsed once: its rows are kept in a folder of Parquet files (`cache`), of which `tasks.extract.einvoice_table`
makes the source's table.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
from lxml import etree

from tasks.extract.einvoice_table import Content, cached_table, contents_of
from tasks.extract.einvoices import cfdi, cii, dte, facturae, fatturapa, saft, ubl
from tasks.extract.einvoices.rows import HEADERS, Row
from tasks.extract.manifest import remove_leftovers
from tasks.extract.raw import RawTable
from tasks.extract.safe_xml import check_root, parse_xml
from tasks.extract.scratch_rows import ScratchRows
from tasks.extract.xml_members import XmlMember, xml_members
from tasks.problems import Problem, SourceProblem
from tasks.settings.formats import EInvoiceFormat, EInvoiceStandard
from tasks.warehouse.connection import Connection

READERS = 3
"""Part of the cache's name: raise it when a reader would deliver other rows of the same content."""
MAX_PROBLEMS = 20


class Standard(NamedTuple):
    """What a standard's files look like and hold; `read` for documents in memory, `stream` for files of any size."""

    roots: frozenset[str]
    tables: frozenset[str]
    read: Callable[[etree._Element, str], Iterator[Row]] | None = None
    stream: Callable[[BinaryIO, str, str], Iterator[Row]] | None = None


STANDARDS: dict[EInvoiceStandard, Standard] = {
    "ubl": Standard(ubl.ROOTS, ubl.TABLES, ubl.rows),
    "cii": Standard(cii.ROOTS, cii.TABLES, cii.rows),
    "facturae": Standard(facturae.ROOTS, facturae.TABLES, facturae.rows),
    "cfdi": Standard(cfdi.ROOTS, cfdi.TABLES, cfdi.rows),
    "dte": Standard(dte.ROOTS, dte.TABLES, dte.rows),
    "fatturapa": Standard(fatturapa.ROOTS, fatturapa.TABLES, fatturapa.rows),
    "saft": Standard(saft.ROOTS, saft.TABLES, stream=saft.stream),
}
"""The standards, with the root elements by which their files are told."""


def is_streamed(standard: EInvoiceStandard) -> bool:
    """Whether files of the standard are few and may be large: each is a delivery of its own."""
    return STANDARDS[standard].stream is not None


def parsed_documents(folder: Path, settings: EInvoiceFormat) -> Path:
    """The cache under `folder` for what these readers deliver of the standard's table."""
    return folder / f"{settings.standard}-{settings.table}-{READERS}"


def read_einvoices(
    connection: Connection, files: Sequence[Content], settings: EInvoiceFormat, *, cache: Path, scratch: Path
) -> RawTable:
    """The wanted table's rows of all files, in the columns of `HEADERS`; contents that `cache` has are not parsed again.

    Raises:
        SourceProblem: files that are no whole documents of the standard, each of them named (up to twenty).
    """
    standard = STANDARDS[settings.standard]
    if settings.table not in standard.tables:
        raise SourceProblem.at(
            files[0].name,
            f"files of the standard {settings.standard} have no {settings.table}",
            f"Set format.table to one of {', '.join(sorted(standard.tables))}.",
        )
    _parse(connection, files, standard, settings.table, cache)
    return cached_table(connection, files, settings.table, cache=cache, scratch=scratch)


def _parse(connection: Connection, files: Sequence[Content], standard: Standard, table: str, cache: Path) -> None:
    """Adds the contents that `cache` lacks to it, all or none of them."""
    cache.mkdir(parents=True, exist_ok=True)
    known: set[str] = set()
    if any(cache.glob("*.parquet")):
        found = connection.execute(f"SELECT digest FROM {contents_of(cache)} WHERE place = 0")  # noqa: S608 - quoted paths
        known = {str(row[0]) for row in found.fetchall()}
    new = {file.digest: file for file in files if file.digest not in known}
    if not new:
        return
    remove_leftovers(cache)
    target = cache / f"{hashlib.sha256(' '.join(sorted(new)).encode()).hexdigest()[:32]}.parquet"
    partial = target.with_name(f"{target.stem}.partial-{os.getpid()}")
    try:
        _write(partial, _rows(list(new.values()), standard, table), HEADERS[table])
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


class _Parsed(NamedTuple):
    """A row of one document of a content; `row` is None for the mark that says that the content was read."""

    digest: str
    member: str
    row: Row | None


def _rows(files: Sequence[Content], standard: Standard, table: str) -> Iterator[_Parsed]:
    """All files are read before what is wrong with some of them is told."""
    problems: list[Problem] = []
    for file in files:
        yield _Parsed(file.digest, "", None)
        try:
            for member in xml_members(file.path, file.name):
                for row in _document(member, standard, table):
                    yield _Parsed(file.digest, member.within, row)
        except SourceProblem as problem:
            problems += problem.problems
            if len(problems) >= MAX_PROBLEMS:
                break
    if problems:
        raise SourceProblem(*problems)


def _document(member: XmlMember, standard: Standard, table: str) -> Iterator[Row]:
    if standard.stream is not None:
        with member.open() as stream:
            yield from standard.stream(stream, member.name, table)
    elif standard.read is not None:
        root = parse_xml(member.read(), member.name)
        check_root(str(root.tag), standard.roots, member.name)
        yield from standard.read(root, table)


def _write(target: Path, parsed: Iterator[_Parsed], headers: tuple[str, ...]) -> None:
    """Writes the rows as they come: `digest`, `member`, `place` (0: the mark; else the row's number in it), `problem`, cells."""
    texts = ("digest", "member", "problem", *headers)
    schema = pa.schema([*((column, pa.string()) for column in texts), ("place", pa.int64())])
    place, last = 0, ("", "")
    with ScratchRows(target, schema) as rows:
        for item in parsed:
            place = 0 if item.row is None else (place + 1 if last == item[:2] else 1)
            last = item[:2]
            values = vars(item.row) if item.row is not None else {}
            rows.add([*last, *(values.get(header) for header in texts[2:]), place])
