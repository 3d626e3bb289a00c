"""SWIFT MT940 and MT942 statements (SWIFT User Handbook, category 9), several in one file, as banks write them.

Fields begin with `:tag:` at the start of a line; other lines continue the field. Amounts have a decimal comma. Around the
messages banks write headers of their own, which are not read. `mt940_narrative` reads field 86.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tasks.extract.bank_files.entry import HEADERS as ENTRY_HEADERS
from tasks.extract.bank_files.entry import Entry, StatementEnd
from tasks.extract.bank_files.identity import entry_rows
from tasks.extract.bank_files.lines import read_lines
from tasks.extract.bank_files.mt940_entry import Movement, entry_of, read_movement
from tasks.extract.bank_files.mt940_totals import Balance, Stated, check_totals, read_balance, read_floor, read_sum
from tasks.extract.bank_files.totals import Tally, Verifier
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ENTRY_HEADERS
_FIELD = re.compile(r":(20|21|25P?|28C?|NS|34F|13D?|60[FM]|61|86|62[FM]|64|65|90[DC]):(.*)$")
_END = re.compile(r"-(\}.*|X{3})?\s*$")
_FIELD_INSIDE = re.compile(r".:(6[0125][FM]?:[CDRE0-9][CD0-9]|86:)")
DAMAGED = "The file was cut or edited, or its line ends were lost; download it from the bank again."


@dataclass
class Statement:
    """One statement while it is read. `last` is the field that a line without tag continues."""

    line: int
    account: str = ""
    number: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    currency: str = ""
    movements: list[Movement] = field(default_factory=list)
    sums: dict[str, Balance] = field(default_factory=dict)
    last: str = "20"
    begins_within: bool = False
    ends_within: bool = False

    def continues(self, before: Statement) -> bool:
        """Whether it is the next page (:60M:) of a statement whose page before it ended with :62M:."""
        is_next = self.begins_within and before.ends_within
        return is_next and self.account == before.account and self.opening == before.closing


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per field 61.

    Raises:
        SourceProblem: no statement in it, a field that cannot be read, or a statement that does not tie or has no end.
    """
    return entry_rows(_entries(path, file, settings))


def _entries(path: Path, file: str, settings: BankFileFormat) -> Iterator[Entry | StatementEnd]:
    """Pages of one statement are one: equal entries on two of them are two."""
    verifier = Verifier(file, settings.accept_unbalanced)
    before: Statement | None = None
    opening: Decimal | None = None
    for statement in _statements(path, file, settings.encoding):
        is_next_page = before is not None and statement.continues(before)
        if before is not None and not is_next_page:
            yield StatementEnd(opening=opening)
        tally = Tally()
        for movement in statement.movements:
            entry = entry_of(movement, statement.account, statement.number, statement.currency)
            if entry.status == "booked":
                tally.add(entry.amount, is_credit=movement.is_credit)
            yield entry
        stated = Stated(statement.opening, statement.closing, statement.sums)
        reached = check_totals(verifier, f"statement at line {statement.line}", stated, tally)
        opening = None if reached is None else opening if is_next_page else reached
        before = statement
    yield StatementEnd(opening=opening)


def _statements(path: Path, file: str, encoding: str) -> Iterator[Statement]:
    statement: Statement | None = None
    found = 0
    for line in read_lines(path, file, encoding, fallback="cp1252"):
        where = f"{file}, line {line.number}"
        matched = _FIELD.match(line.text)
        if matched is None:
            if statement is None:
                continue
            if _END.match(line.text):
                yield _finished(file, statement)
                statement = None
            else:
                _continue(where, statement, line.text)
            continue
        tag, value = matched.groups()
        if tag == "20":
            if statement is not None:
                yield _finished(file, statement)
            statement = Statement(line.number)
            found += 1
        elif statement is None:
            raise SourceProblem.at(where, f"the field :{tag}: is in no statement (none began with :20:)", DAMAGED)
        else:
            _take(file, line.number, statement, tag, value)
    if statement is not None:
        yield _finished(file, statement)
    if not found:
        raise SourceProblem.at(
            file, "holds no statement (no line begins with :20:)", "Export it from the bank as MT940."
        )


def _take(file: str, number: int, statement: Statement, tag: str, value: str) -> None:
    """Adds one field to the statement."""
    where = f"{file}, line {number}"
    if tag != "86" and _FIELD_INSIDE.search(value):
        raise SourceProblem.at(where, f"two fields stand in one line (after :{tag}:)", DAMAGED)
    statement.last = tag
    if tag in ("25", "25P"):
        statement.account = account_of(value)
    elif tag in ("28", "28C"):
        statement.number = value.strip()
    elif tag == "34F":
        statement.currency = statement.currency or read_floor(where, value)
    elif tag in ("60F", "60M"):
        statement.opening = read_balance(where, value)
        statement.currency, statement.begins_within = statement.opening.currency, tag == "60M"
    elif tag in ("62F", "62M"):
        statement.closing, statement.ends_within = read_balance(where, value), tag == "62M"
    elif tag in ("90D", "90C"):
        statement.sums[tag] = read_sum(where, value)
    elif tag == "61":
        statement.movements.append(read_movement(where, number, value))
    elif tag == "86" and statement.movements and statement.closing is None:
        statement.movements[-1].narrative.append(value)


def _continue(where: str, statement: Statement, text: str) -> None:
    """A line without a tag belongs to the field before it; only fields 61 and 86 have such lines that matter."""
    if _FIELD_INSIDE.search(text):
        raise SourceProblem.at(where, "a field stands in the middle of a line", DAMAGED)
    if statement.closing is None and statement.movements:
        if statement.last == "61":
            statement.movements[-1].details.append(text)
        elif statement.last == "86":
            statement.movements[-1].narrative.append(text)


def _finished(file: str, statement: Statement) -> Statement:
    where = f"{file}, line {statement.line}"
    if not statement.account:
        raise SourceProblem.at(where, "the statement names no account (:25:)", DAMAGED)
    is_interim = statement.opening is None and statement.closing is None and statement.currency
    if not is_interim and (statement.opening is None or statement.closing is None):
        missing = "opening balance (:60F:)" if statement.opening is None else "closing balance (:62F:)"
        raise SourceProblem.at(where, f"the statement has no {missing}: it is cut off", DAMAGED)
    return statement


def account_of(value: str) -> str:
    """The account without blanks, without its bank (`BANK/1234`) and without the currency that some banks append."""
    bare = "".join(value.split()).rpartition("/")[2]
    return re.sub(r"(?<=[0-9])[A-Z]{3}$", "", bare)
