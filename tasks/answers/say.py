"""One visit in words: what is open, what was answered before and what is wrong with a form, as the reader's language says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale

from tasks.answers.forms import Bounds, Mistake
from tasks.answers.given import GivenBefore
from tasks.answers.kinds import AnswerKind
from tasks.answers.statement import Statement, StatementRow
from tasks.answers.words import Language, page_words
from tasks.ledger.answer_lists import AnswerKept
from tasks.ledger.answers import AnsweredMessage
from tasks.remind.wording import date_long, date_short, money

ROWS_SHOWN = 200
"""Receivables listed one by one; "all outstanding documents" reaches the others."""
_EXAMPLE_AMOUNT = Decimal("1210.50")


@dataclass(frozen=True)
class Visit:
    """Who came by a good link: the message, what is open, what was answered by the link before, and today's bounds."""

    token: str
    message: AnsweredMessage
    statement: Statement
    kept: tuple[AnswerKept, ...]
    language: Language
    locale: Locale
    bounds: Bounds


@dataclass(frozen=True)
class RowShown:
    """A receivable in words."""

    receivable_id: str
    name: str
    issued: str
    due: str
    late: str
    is_late: bool
    open_amount: str
    is_of_message: bool


@dataclass(frozen=True)
class TotalShown:
    """A currency's total in words; empty text where there is nothing to say."""

    label: str
    amount: str
    overdue: str
    credit: str


class Say:
    """Values of one visit in words."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._words = page_words()

    def day(self, day: date | None) -> str:
        return "" if day is None else date_long(day, self._visit.locale)

    def page(self, key: str, **values: object) -> str:
        return self._words.page[key].text(self._visit.language, **values)

    def hint(self, kind: AnswerKind) -> str:
        return self._words.hints[kind].text(self._visit.language, last=self.day(self._visit.bounds.last_promise))

    def mistake(self, mistake: Mistake) -> str:
        locale = self._visit.locale
        values: dict[str, str] = {
            "example": self.page_example(mistake.place),
            **{
                key: date_long(date.fromisoformat(value), locale) if key in ("first", "last") else value
                for key, value in mistake.values.items()
            },
        }
        return self._words.errors[mistake.code].text(self._visit.language, **values)

    def page_example(self, place: str) -> str:
        if place == "amount":
            return money(_EXAMPLE_AMOUNT, "EUR", self._visit.locale).replace("€", "").strip()
        return self._visit.bounds.today.strftime("%d/%m/%Y")

    def totals(self) -> list[TotalShown]:
        locale = self._visit.locale
        return [
            TotalShown(
                label=self.page("total", currency=total.currency),
                amount=money(total.open_amount, total.currency, locale),
                overdue=self.page("overdue", amount=money(total.overdue_amount, total.currency, locale))
                if 0 < total.overdue_amount < total.open_amount
                else "",
                credit=self.page("credit", amount=money(total.credit_amount, total.currency, locale))
                if total.credit_amount
                else "",
            )
            for total in self._visit.statement.totals
        ]

    def rows(self) -> list[RowShown]:
        return [self._row(row) for row in self._visit.statement.rows[:ROWS_SHOWN]]

    def not_shown(self) -> str:
        rest = len(self._visit.statement.rows) - ROWS_SHOWN
        return self.page("not_shown", count=rest) if rest > 0 else ""

    def _row(self, row: StatementRow) -> RowShown:
        locale, days = self._visit.locale, row.days_overdue
        late = {0: self.page("due_today"), 1: self.page("day_late")}.get(days, "")
        return RowShown(
            receivable_id=row.receivable_id,
            name=self._name(row),
            issued=date_short(row.invoice_date, locale),
            due=date_short(row.due_date, locale),
            late=self.page("days_late", days=days) if days > 1 else late,
            is_late=days > 0,
            open_amount=money(row.open_amount, row.currency, locale),
            is_of_message=row.is_of_message,
        )

    def _name(self, row: StatementRow) -> str:
        kind = f"{self.page('debit_note')} " if row.document_type == "debit_note" else ""
        number = (
            f", {self.page('instalment', number=row.instalment_number)}" if (row.instalment_number or 0) > 1 else ""
        )
        return f"{kind}{row.document_number}{number}"

    def given(self, before: GivenBefore) -> Mapping[str, str]:
        """One line about what was answered before: what, the day it names, about which documents, and when."""
        rows = [row for row in self._visit.statement.rows if row.receivable_id in before.receivable_ids]
        named = ", ".join(self._name(row) for row in rows[:3]) + (f" (+{len(rows) - 3})" if len(rows) > 3 else "")
        what = self._words.done[before.kind].text(self._visit.language)
        day = f": {self.day(before.day)}" if before.day else ""
        about = self.page("about", document=named) if named else ""
        when = self.page("on_day", day=date_short(before.recorded_on, self._visit.locale))
        return {"what": f"{what}{day}", "detail": " · ".join(part for part in (about, when) if part)}
