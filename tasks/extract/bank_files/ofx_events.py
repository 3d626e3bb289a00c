"""OFX as a stream of elements that open, close or have a value, from SGML (1.x) and XML (2.x) alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from lxml import etree

from tasks.extract.bank_files.lines import read_lines
from tasks.extract.bank_files.messages import name_of
from tasks.extract.safe_xml import parse_xml
from tasks.problems import SourceProblem

MAX_XML_BYTES = 64 << 20
HEAD_BYTES = 4096
_TAG = re.compile(r"<(/?)([A-Z0-9][A-Z0-9.]*)>([^<]*)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ENCODING = re.compile(rb"CHARSET:\s*([\w-]+)")
_NEVER_EMPTY = frozenset({"OFX", "STMTRS", "CCSTMTRS", "BANKTRANLIST", "STMTTRN"})
AGAIN = "Export it from the bank again, as OFX."


class Event(NamedTuple):
    """`value`: an element without children, `text` its text with entities resolved (of SGML those that OFX names, and numbers)."""

    kind: Literal["open", "close", "value"]
    tag: str
    text: str = ""


def read_events(path: Path, file: str, encoding: str) -> Iterator[Event]:
    """The elements of the file in order, without the header.

    Raises:
        SourceProblem: QIF, no OFX, malformed, or cut off.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf \r\n\t")
    if text.startswith(b"!"):
        raise SourceProblem.at(
            file,
            "is a QIF file, whose dates do not say which number is the month, and which names no account and no currency",
            "Export OFX, camt.053, MT940 or CSV from the bank or the program instead.",
        )
    if text.startswith(b"<?xml") or (text.startswith(b"<?OFX") and b'OFXHEADER="200"' in text):
        yield from _from_xml(path, file)
    elif b"OFXHEADER" in text or text.upper().startswith(b"<OFX>"):
        yield from _from_sgml(path, file, encoding, head)
    else:
        raise SourceProblem.at(file, "is no OFX file (no OFXHEADER at its start)", AGAIN)


def _from_xml(path: Path, file: str) -> Iterator[Event]:
    if path.stat().st_size > MAX_XML_BYTES:
        raise SourceProblem.at(file, f"is larger than {MAX_XML_BYTES >> 20} MiB", "Export shorter periods.")
    root = parse_xml(path.read_bytes(), file)
    if name_of(root) != "OFX":
        raise SourceProblem.at(file, "is XML and no OFX", AGAIN)
    for action, element in etree.iterwalk(root, events=("start", "end")):
        tag = name_of(element)
        if len(element):
            yield Event("open" if action == "start" else "close", tag)
        elif action == "start":
            yield Event("value", tag, (element.text or "").strip())


def _from_sgml(path: Path, file: str, encoding: str, head: bytes) -> Iterator[Event]:
    """Values have no closing tag in SGML (some banks write one); aggregates must have one."""
    declared = _ENCODING.search(head)
    fallback = "cp1252" if declared is None or declared[1] in (b"1252", b"NONE") else f"cp{declared[1].decode()}"
    fallback = "latin-1" if fallback.startswith("cpISO") else fallback
    opened: list[str] = []
    pending: Event | None = None
    for line in read_lines(path, file, encoding, fallback=fallback):
        for closes, tag, raw in _TAG.findall(line.text):
            value = _resolved(raw).strip()
            if pending is not None and not (closes and pending.tag == tag):
                yield pending
            if closes and pending is not None and pending.tag == tag:
                yield pending
                pending = None
            elif closes:
                pending = None
                _close(opened, tag, f"{file}, line {line.number}")
                yield Event("close", tag)
            elif value:
                pending = Event("value", tag, value)
            else:
                pending = None
                opened.append(tag)
                yield Event("open", tag)
    if opened or pending is not None:
        raise SourceProblem.at(file, "ends before its elements are closed: it is cut off", AGAIN)


def _resolved(text: str) -> str:
    """Without their semicolon, or by other names, they are no entities but text: 'R&D', 'A&section'."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _close(opened: list[str], tag: str, where: str) -> None:
    """Closes `tag` and the elements inside it that were left empty, which in SGML look as if they were still open."""
    while opened and opened[-1] != tag:
        if opened.pop() in _NEVER_EMPTY:
            raise SourceProblem.at(where, f"</{tag}> stands where another element is still open", AGAIN)
    if not opened:
        raise SourceProblem.at(where, f"</{tag}> closes nothing", AGAIN)
    opened.pop()
