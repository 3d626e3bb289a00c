"""ISO 20022 messages: which one a file is, its elements as a stream, and their texts by path. A zip of messages is read as one."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from tasks.extract.safe_xml import check_prolog, stream_xml
from tasks.extract.zip_bounds import ZipBounds
from tasks.problems import SourceProblem

Element = etree._Element
HEAD_BYTES = 1 << 14
BOUNDS = ZipBounds(members=5_000, expanded_bytes=4 << 30, ratio=200, ratio_from=64 << 20)
"""Statements repeat their tags: 50:1 was seen."""
_MESSAGE = re.compile(
    r"xmlns(?::\w+)?\s*=\s*[\"'](urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})\.\d{3}\.\d{2})[\"']"
)
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?")
_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True)
class Message:
    """One XML document: `file` is the name users know, with the member's number where it lies in a zip."""

    file: str
    stream: BinaryIO
    namespace: str
    kind: str

    def elements(self, names: Collection[str]) -> Iterator[Element]:
        """The outermost elements of these local names, in file order; each is gone when the next one comes."""
        wanted = [f"{{{self.namespace}}}{name}" for name in names]
        yield from stream_xml(self.stream, self.file, wanted, [f"{{{self.namespace}}}Document"])


def open_messages(path: Path, file: str, kinds: Collection[str]) -> Iterator[Message]:
    """The file's messages, which must be of these kinds (such as `camt.053`).

    Raises:
        SourceProblem: no such message, a damaged zip, or one that expands beyond any real one.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            yield _message(file, stream, kinds)
        return
    with _unzipped(path, file) as archive:
        for number, member in enumerate((item for item in archive.infolist() if not item.is_dir()), start=1):
            with archive.open(member) as packed:
                yield _message(f"{file} (member {number})", cast(BinaryIO, packed), kinds)


def name_of(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_at(element: Element | None, *paths: str) -> str:
    """The trimmed text at the first of these paths that has one; blank without."""
    if element is not None:
        for path in paths:
            for found in all_at(element, path):
                if found.text and found.text.strip():
                    return found.text.strip()
    return ""


def texts_at(element: Element, path: str) -> list[str]:
    """The trimmed texts at all elements of this path."""
    return [item.text.strip() for item in all_at(element, path) if item.text and item.text.strip()]


def all_at(element: Element, path: str) -> list[Element]:
    """All elements of this path, in the element's own namespace."""
    return cast(list[Element], _compiled(str(element.tag)[1:].partition("}")[0], path)(element))


def amount_of(element: Element, file: str, where: str) -> Decimal:
    """The element's positive amount.

    Raises:
        SourceProblem: it is not a decimal number with a point.
    """
    text = (element.text or "").strip()
    if not _AMOUNT.fullmatch(text):
        raise SourceProblem.at(
            f"{file}, {where}", "the amount is not a number with a decimal point", "Get the file from the bank again."
        )
    return Decimal(text)


def stated_number(text: str) -> Decimal | None:
    """A number or sum that a message states about itself; None where it is no plain decimal number."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def currency_of(element: Element) -> str:
    """The currency attribute of an amount."""
    return (element.get("Ccy") or "").strip()


def date_at(element: Element, path: str) -> str:
    """The day of a date or of a point in time, as the file has it."""
    return day_of(text_at(element, f"{path}/Dt", f"{path}/DtTm"))


def day_of(text: str) -> str:
    """The day of an xs:date or xs:dateTime, whatever its zone; anything else stays as it is, to be refused with its row."""
    found = _DAY.fullmatch(text)
    return found[1] if found else text


@cache
def _compiled(namespace: str, path: str) -> etree.XPath:
    """Compiled, for an entry is asked some forty paths, and a search by wildcards takes five times as long."""
    return etree.XPath("/".join(f"n:{step}" for step in path.split("/")), namespaces={"n": namespace})


def _message(file: str, stream: BinaryIO, kinds: Collection[str]) -> Message:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    check_prolog(head, file)
    found = _MESSAGE.search(head.replace(b"\x00", b"").decode("latin-1"))
    if found is None or found[2] not in kinds:
        what = f"is a {found[2]} message" if found else "is no ISO 20022 message"
        raise SourceProblem.at(
            file, f"{what}, not {' or '.join(sorted(kinds))}", "Check that format.standard and the source's path fit."
        )
    return Message(file, stream, found[1], found[2])


@contextmanager
def _unzipped(path: Path, file: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            if excess := BOUNDS.excess(path.stat().st_size, archive.infolist()):
                raise SourceProblem.at(file, excess, "No bank sends that; do not open it, and ask where it comes from.")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError):
        # What zipfile says may hold a member's name.
        raise SourceProblem.at(
            file, "is not a whole zip file: cut off, damaged or encrypted", "Transfer it again, unencrypted."
        ) from None
