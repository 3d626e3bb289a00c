"""Bank files and e-invoices: what their readers deliver, held against an independent look at the same bytes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree import ElementTree

from tasks.extract.bank_file import STANDARDS as BANK_STANDARDS
from tasks.extract.einvoice_file import STANDARDS as INVOICE_STANDARDS
from tasks.extract.einvoice_file import _document
from tasks.extract.xml_members import xml_members
from tasks.settings.formats import BankFileFormat, BankStandard, EInvoiceStandard
from tests.fuzz.campaign import Kind

Finding = tuple[Kind, str, str]
"""Kind, sign, and what was told."""
FIXTURES = Path(__file__).parents[1] / "sources" / "fixtures"
SEEDS: dict[str, tuple[str, ...]] = {
    "camt": ("camt_statements/*.xml",),
    "mt940": ("mt940_statements/*.sta",),
    "norma43": ("norma43_statements/*.n43",),
    "ofx": ("ofx_statements/*.ofx",),
    "pain002": ("sepa_pain002/*.xml",),
    "pain008": ("sepa_pain008/*.xml",),
    "ubl": ("ubl_invoices/*.xml",),
    "cii": ("cii_invoices/*.xml",),
    "facturae": ("facturae_invoices/*.xsig",),
    "cfdi": ("cfdi_mexico/*.xml",),
    "dte": ("dte_chile/*.xml",),
    "fatturapa": ("fatturapa_invoices/*.xml", "fatturapa_invoices/*.p7m"),
    "saft": ("saft_*/*.xml",),
}
_PLAIN = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TEXT = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T?[0-9:.]*(?:Z|[-+][0-9:]+)?(?:\[[^\]]*\])?|Z|[-+][0-9:]+)?"
)


def seeds_of(standard: str) -> list[bytes]:
    """The fixtures of a standard."""
    return [path.read_bytes() for pattern in SEEDS[standard] for path in sorted(FIXTURES.glob(pattern))]


def bank_check(standard: BankStandard) -> Callable[[bytes], Iterator[Finding]]:
    """Reads a bank file; amounts and entries have to be those of the bytes."""
    folder = Path(tempfile.mkdtemp(prefix="puntual-fuzz-"))

    def check(data: bytes) -> Iterator[Finding]:
        path = folder / "file"
        path.write_bytes(data)
        settings = BankFileFormat(standard=standard, accept_unbalanced=len(data) % 2 == 0)
        rows = list(BANK_STANDARDS[standard].read(path, "file", settings))
        if any(set(row) < set(BANK_STANDARDS[standard].headers) for row in rows):
            yield "unaccounted", "a row without all columns", ""
        yield from _values(rows, data, ("amount",))
        stated = _ENTRIES[standard](data) if standard in _ENTRIES else None
        if stated is not None and sum(Decimal(row["amount"]) for row in rows) != sum(stated):
            yield "unaccounted", "the sum of the entries", f"{[row['amount'] for row in rows]} and {stated}"
        if stated is not None and len(rows) < len(stated):
            yield "unaccounted", "the number of entries", f"{len(rows)} and {len(stated)}"

    return check


def invoice_check(standard: EInvoiceStandard) -> Callable[[bytes], Iterator[Finding]]:
    """Reads e-invoices; amounts and dates have to be those of the bytes."""
    folder, found = Path(tempfile.mkdtemp(prefix="puntual-fuzz-")), INVOICE_STANDARDS[standard]

    def check(data: bytes) -> Iterator[Finding]:
        path = folder / "file"
        path.write_bytes(data)
        for table in sorted(found.tables):
            rows = [vars(row) for member in xml_members(path, "file") for row in _document(member, found, table)]
            texts = [{key: str(value or "") for key, value in row.items()} for row in rows]
            if standard == "cfdi" and table == "payments":
                continue
            texts = [row for row in texts if not row.get("problem") and not row.get("prepaid_amount")]
            if standard in _SINGLE_AMOUNTS and not data.startswith((b"0", b"MI", b"PK", b"-")):
                yield from _values(texts, data, ("amount",))

    return check


_SINGLE_AMOUNTS = frozenset({"ubl", "cii", "cfdi", "dte", "facturae"})
"""Standards whose amount is one that stands in the document, and no sum of several."""


def _values(rows: list[dict[str, str]], data: bytes, amounts: tuple[str, ...]) -> Iterator[Finding]:
    """Every amount and day of the rows has to stand in the file."""
    texts = _texts(data)
    numbers = {abs(value) for text in texts for value in _numbers(text)}
    days = {f"{part[1]}-{part[2]}-{part[3]}" for text in texts if (part := _DATE_TEXT.fullmatch(text))}
    for row in rows:
        for column in amounts:
            value = row.get(column, "")
            plain = _decimal(value)
            if value and plain is None and not _stands(value, texts):
                yield "coercion", f"{column} that is no number and not in the file", value
            elif plain is not None and abs(plain) not in numbers:
                yield "coercion", f"{column} that the file does not hold", value
        if _xml(data) is not None:
            for column in (name for name in row if name.endswith("_on")):
                if _DAY.fullmatch(row[column]) and row[column] not in days:
                    yield "coercion", f"{column} that the file does not hold", row[column]


def _stands(value: str, texts: set[str]) -> bool:
    """Whether the text is in the file, which may be windows-1252 under the name of ISO-8859-1."""
    folded = " ".join(value.split())
    return folded in texts or " ".join(value.encode("cp1252", "replace").decode("latin-1").split()) in texts


def _numbers(text: str) -> Iterator[Decimal]:
    """The number that the text is, and for records of fixed width those that it holds."""
    value = _decimal(text)
    if value is not None:
        yield value
    if len(text) >= 40 or text.startswith(":"):
        for found in _PLAIN.findall(text):
            yield abs(Decimal(found.strip("+-").replace(",", ".").strip(".") or 0))
        for digits in re.findall("(?=([0-9]{14}))", text):
            yield Decimal(digits) / 100


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ".")) if text.isascii() and _PLAIN.fullmatch(text) else None
    except InvalidOperation:
        return None


def _texts(data: bytes) -> set[str]:
    """Element texts and attributes of XML, values of SGML, else lines; blanks folded."""
    root = _xml(data)
    if root is not None:
        found = {
            " ".join((text or "").split())
            for item in root.iter()
            for text in (item.text, item.tail, *item.attrib.values())
        }
        return found - {""}
    text = _decoded(data)
    values = {
        " ".join(value.split()) for found in re.findall(r">([^<\r\n]*)|=[\"']([^\"'<]*)", text) for value in found
    }
    return values | {line.strip("\x01\x02\x03\x1a\ufeff") for line in text.split("\n")}


def _xml(data: bytes) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - an oracle for inputs of our own making
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _camt(data: bytes) -> list[Decimal] | None:
    """The signed amounts of the booked and pending entries."""
    root = _xml(data)
    if root is None:
        return None
    entries = []
    for statement in root.iter():
        if statement.tag.rpartition("}")[2] not in ("Rpt", "Stmt", "Ntfctn"):
            continue
        for entry in statement:
            if entry.tag.rpartition("}")[2] != "Ntry":
                continue
            value = _decimal((_child(entry, "Amt") or "").strip())
            if value is None:
                return None
            entries.append(-value if (_child(entry, "CdtDbtInd") or "").strip() == "DBIT" else value)
    return entries


def _child(element: ElementTree.Element, name: str) -> str | None:
    return next((item.text for item in element if item.tag.rpartition("}")[2] == name), None)


def _norma43(data: bytes) -> list[Decimal] | None:
    lines = [line.strip("\x01\x02\x03\x1a\ufeff") for line in _decoded(data).split("\n")]
    entries = [line for line in lines if line.startswith("22")]
    if not all(len(line) >= 42 and line[27:42].isascii() and line[27:42].isdigit() for line in entries):
        return None
    return [Decimal(line[28:42]) / 100 * (1 if line[27] == "2" else -1) for line in entries]


def _mt940(data: bytes) -> list[Decimal] | None:
    lines = [line.strip("\x01\x02\x03\x1a\ufeff\r") for line in _decoded(data).split("\n")]
    entries = []
    for line in lines:
        if line.startswith(":61:"):
            found = re.match(r":61:[0-9]{6}(?:[0-9]{4}| {4})?(R?[CD]|E[CD])[A-Z]?([0-9]+(?:,[0-9]*)?)[A-Z]", line)
            if found is None:
                return None
            value = Decimal(found[2].rstrip(",").replace(",", "."))
            entries.append(value if found[1] in ("C", "RD", "EC") else -value)
    return entries


def _ofx(data: bytes) -> list[Decimal] | None:
    text = _decoded(data)
    if text.count("<STMTTRN>") != len(re.findall(r"<STMTTRN>(?:(?!<STMTTRN>).)*?<TRNAMT>", text, re.DOTALL)):
        return None
    amounts = [
        _decimal(found.strip())
        for found in re.findall(r"<STMTTRN>(?:(?!<STMTTRN>|</STMTTRN>).)*?<TRNAMT>([^<\n]*)", text, re.DOTALL)
    ]
    return (
        None if None in amounts or "<!--" in text or "<![" in text else [item for item in amounts if item is not None]
    )


_ENTRIES: dict[str, Callable[[bytes], list[Decimal] | None]] = {
    "camt": _camt,
    "norma43": _norma43,
    "mt940": _mt940,
    "ofx": _ofx,
}
