"""Reads lists of addresses that must not be written to: as SendGrid exports them, or any column of addresses."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tasks.ledger.contact_marks import MarkKind
from tasks.ledger.suppression import Suppressed
from tasks.problems import Problem, UserProblem

LARGEST_FILE = 200 * 1024 * 1024
_ADDRESS = re.compile(r"[^\s@<>,;\"']{1,64}@[^\s@<>,;\"']{1,255}")
_ADDRESS_NAMES = {"email", "e-mail", "email address", "email_address", "address", "recipient", "correo", "destinatario"}
_DAY_NAMES = {"created", "created_at", "date", "fecha", "timestamp"}
_BY_FILE_NAME = (
    ("bounce", MarkKind.BOUNCED),
    ("invalid", MarkKind.BOUNCED),
    ("spam", MarkKind.COMPLAINED),
    ("complain", MarkKind.COMPLAINED),
    ("unsubscri", MarkKind.UNSUBSCRIBED),
)


@dataclass(frozen=True)
class SuppressionList:
    """`listed`: an entry per row with an address. `problems`: rows without one, by their number in the file."""

    listed: tuple[Suppressed, ...]
    problems: tuple[Problem, ...]


def kind_by_name(file: Path) -> MarkKind:
    """What a list says by its file's name, as SendGrid names its exports: suppression_bounces.csv; else only: not to be written to."""
    name = file.name.lower()
    return next((kind for word, kind in _BY_FILE_NAME if word in name), MarkKind.SUPPRESSED)


def read_suppressions(file: Path, *, kind: MarkKind) -> SuppressionList:
    """The addresses of a CSV file with any separator, or of one address a line.

    Raises:
        UserProblem: the file cannot be read, or holds no address.
    """
    rows = _rows(file)
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    has_head = not any(_ADDRESS.fullmatch(cell) for cell in head)
    address_at = next((place for place, name in enumerate(head) if name in _ADDRESS_NAMES), None) if has_head else None
    day_at = next((place for place, name in enumerate(head) if name in _DAY_NAMES), None) if has_head else None
    listed, problems = [], []
    for number, row in enumerate(rows[has_head:], start=1 + has_head):
        if not any(cell.strip() for cell in row):
            continue
        address = _address(row, address_at)
        if address is None:
            problems.append(
                Problem("error", f"{file.name}: row {number}", "holds no e-mail address", "Correct or delete the row.")
            )
        else:
            since = _day(row[day_at]) if day_at is not None and day_at < len(row) else None
            listed.append(Suppressed(address, kind, since))
    if not listed:
        raise UserProblem.at(str(file), "holds no e-mail address", "Give a CSV file with a column of addresses.")
    return SuppressionList(tuple(listed), tuple(problems))


def _rows(file: Path) -> list[list[str]]:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise UserProblem.at(str(file), "is larger than 200 MB", "Split it.")
        content = file.read_bytes()
    except OSError as error:
        raise UserProblem.at(str(file), f"cannot be read: {error.strerror}", "Check the path.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(text.splitlines(), delimiter=separator))
    except csv.Error as error:
        raise UserProblem.at(str(file), f"is no CSV file: {error}", "Export it again as CSV in UTF-8.") from None


def _address(row: Sequence[str], place: int | None) -> str | None:
    cells = [row[place]] if place is not None and place < len(row) else row if place is None else []
    return next((cell.strip() for cell in cells if _ADDRESS.fullmatch(cell.strip())), None)


def _day(cell: str) -> date | None:
    """A day as SendGrid writes it: seconds since 1970, or a date with or without time."""
    text = cell.strip()
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC).date()
        return datetime.fromisoformat(text.removesuffix(" UTC")).date()
    except (ValueError, OverflowError, OSError):
        return None
