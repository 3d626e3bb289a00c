"""Reads a list that came back filled in, XLSX or CSV: contacts to record, and what is wrong with the other rows, row by row.

Columns are found by their headings in either language. Rows without a result are not filled in and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from tasks.ledger.contact_results import Contact, ContactResult
from tasks.problems import LedgerProblem, Problem, SourceProblem
from tasks.segment.reasons import Language
from tasks.worklist.filled_file import Cell, rows_of, said_in
from tasks.worklist.words import worklist_words

_T = TypeVar("_T")

_NEEDED = ("customer_id", "result", "contacted_on", "reference")
_READ = (*_NEEDED, "promised_for", "promised_amount", "note", "currency")
_REFERENCE = re.compile(r"[0-9a-f]{32}")
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_AMOUNTS: Mapping[Language, re.Pattern[str]] = {
    "es": re.compile(r"([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]{1,2})?"),
    "en": re.compile(r"([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]{1,2})?"),
}


@dataclass(frozen=True)
class FilledRow:
    """A row that says something: where it stands, and the contact it tells of."""

    where: str
    contact: Contact


@dataclass(frozen=True)
class FilledList:
    """What a list says: `rows` to record, `problems` of rows that cannot be, and how many rows were left empty."""

    rows: tuple[FilledRow, ...]
    problems: tuple[Problem, ...]
    empty: int


def read_filled(path: Path, *, channel_of: Callable[[str], str | None], today: date, author: str) -> FilledList:
    """Reads the list in `path`; nothing is recorded yet.

    `channel_of` gives the channel of a line by its reference, None where the ledger does not know it.

    Raises:
        SourceProblem: the file cannot be read, or is no list.
    """
    header, *body = rows_of(path)
    columns, language = _columns(path, header)
    reader = _Reader(path, columns, language, channel_of=channel_of, today=today, author=author)
    rows: list[FilledRow] = []
    problems: list[Problem] = []
    empty = 0
    for number, cells in enumerate(body, start=2):
        try:
            row = reader.read(number, cells)
        except LedgerProblem as problem:
            problems += problem.problems
            continue
        if row is None:
            empty += 1
        else:
            rows.append(row)
    return FilledList(tuple(rows), tuple(problems), empty)


@dataclass(frozen=True)
class _Reader:
    path: Path
    columns: Mapping[str, int]
    language: Language
    channel_of: Callable[[str], str | None]
    today: date
    author: str

    def read(self, number: int, cells: Sequence[Cell]) -> FilledRow | None:
        """The contact of one row, or None where no result is filled in."""
        said = {name: cells[place] if place < len(cells) else None for name, place in self.columns.items()}
        where = f"{self.path.name}, row {number}"
        if not said_in(said["result"]):
            filled = [name for name in ("promised_for", "promised_amount", "note") if said_in(said.get(name))]
            if filled:
                raise self._wrong(where, filled[0], said[filled[0]], "has no result beside it", "Choose a result.")
            return None
        result = self._result(where, said["result"])
        reference = said_in(said["reference"])
        if not _REFERENCE.fullmatch(reference):
            fix = "Leave the reference as it was written; record other contacts with `puntual record DIR call`."
            raise self._wrong(where, "reference", reference, "is not a line's reference", fix)
        channel = self.channel_of(reference)
        if channel is None:
            fix = "See that the list is of this workspace."
            raise self._wrong(where, "reference", reference, "is not in this ledger", fix)
        day = self._date(where, "contacted_on", said["contacted_on"])
        promised_for = self._date(where, "promised_for", said.get("promised_for"))
        amount = self._amount(where, said.get("promised_amount"))
        if day is None:
            raise self._wrong(where, "contacted_on", "", "is empty", "Write the day of the contact, as 2026-06-15.")
        contact = self._built(
            where,
            lambda: Contact(
                customer_id=said_in(said["customer_id"]),
                channel=channel,
                result=result,
                contacted_on=day,
                author=self.author,
                recorded_on=self.today,
                reminder_id=reference,
                promised_for=promised_for,
                amount=amount,
                currency=said_in(said.get("currency")) or None if amount is not None else None,
                note=said_in(said.get("note")),
            ),
        )
        return FilledRow(where, contact)

    def _built(self, where: str, build: Callable[[], _T]) -> _T:
        try:
            return build()
        except LedgerProblem as problem:
            raise LedgerProblem(*(Problem("error", where, p.what, p.fix) for p in problem.problems)) from None

    def _result(self, where: str, cell: Cell) -> ContactResult:
        written = said_in(cell)
        for result, words in worklist_words().results.items():
            if written.casefold() in {words.es, words.en, result.value}:
                return result
        accepted = ", ".join(words.text(self.language) for words in worklist_words().results.values())
        raise self._wrong(where, "result", written, "is not one of the results", f"Choose one of: {accepted}.")

    def _date(self, where: str, name: str, cell: Cell) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        written = said_in(cell)
        if not written:
            return None
        for form in _FORMS:
            try:
                return datetime.strptime(written, form).date()  # noqa: DTZ007 a day without a clock
            except ValueError:
                continue
        raise self._wrong(where, name, written, "is not a date", "Write it as 2026-06-15 or 15/06/2026.")

    def _amount(self, where: str, cell: Cell) -> Decimal | None:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            exact = Decimal(str(cell))
        else:
            written = said_in(cell).replace(" ", "").replace("\u00a0", "")
            if not written:
                return None
            thousands, decimals = (".", ",") if self.language == "es" else (",", ".")
            plain = re.fullmatch(r"[0-9]+\.[0-9]{2}", written) is not None
            if not plain and not _AMOUNTS[self.language].fullmatch(written):
                example = "1.210,50" if self.language == "es" else "1,210.50"
                raise self._wrong(where, "promised_amount", written, "is not an amount", f"Write it as {example}.")
            exact = Decimal(written if plain else written.replace(thousands, "").replace(decimals, "."))
        try:
            cents = exact.quantize(Decimal("0.01"))
        except InvalidOperation:
            cents = Decimal(-1)
        if cents != exact or cents <= 0:
            fix = "Write a positive amount with at most two decimals."
            raise self._wrong(where, "promised_amount", exact, "cannot be an amount", fix)
        return cents

    def _wrong(self, where: str, name: str, value: object, what: str, fix: str) -> LedgerProblem:
        heading = worklist_words().columns[name].text(self.language)
        return LedgerProblem(Problem("error", f"{where}, column {heading}", f"'{value}' {what}", fix))


def _columns(path: Path, header: Sequence[Cell]) -> tuple[Mapping[str, int], Language]:
    headings = {said_in(cell).casefold(): place for place, cell in enumerate(header) if said_in(cell)}
    words = worklist_words().columns
    languages: tuple[Language, ...] = ("es", "en")
    for language in languages:
        found = {name: words[name].text(language).casefold() for name in _READ}
        if all(found[name] in headings for name in _NEEDED):
            return {name: headings[heading] for name, heading in found.items() if heading in headings}, language
    needed = ", ".join(words[name].text("en") for name in _NEEDED)
    raise SourceProblem.at(
        f"{path.name}, row 1",
        "is not the header of a worklist",
        f"Fill in a file of the run's folder `worklists/` and keep its first row; needed are: {needed}.",
    )
