"""Writes the debtors' pages: `templates/answers` with words, dates and amounts of the reader's language and country."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.answers.forms import EVERYTHING, LONGEST_TEXT, Bounds, Mistake, Sent
from tasks.answers.given import GivenBefore, given_before
from tasks.answers.kinds import ASKED_BY, CONFIRMABLE, DISPUTABLE, AnswerKind
from tasks.answers.statement import Statement, StatementRow
from tasks.answers.words import Language, PageWords, filled, page_words
from tasks.ledger.answers import AnsweredMessage, AnswerKept
from tasks.paths import TEMPLATES
from tasks.remind.wording import date_long, date_short, locale_of, money
from tasks.settings.workspace import Company

ROWS_SHOWN = 200
"""Receivables listed one by one; "all outstanding documents" reaches the others."""
_FOLDER = TEMPLATES / "answers"
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


def locale_for(message: AnsweredMessage, statement: Statement, company: Company) -> tuple[Language, Locale]:
    """The language of the message and the locale of its reader."""
    language: Language = message.language if message.language in ("es", "en", "pt") else company.language  # type: ignore[assignment]
    return language, locale_of(language=language, country=statement.country or company.country)


@dataclass(frozen=True)
class Pages:
    """The pages of one company."""

    company: Company

    @cached_property
    def _environment(self) -> Environment:
        return ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @cached_property
    def _styles(self) -> str:
        return (_FOLDER / "styles.css").read_text(encoding="utf-8")

    @cached_property
    def style_hash(self) -> str:
        """The style sheet as a source of a Content-Security-Policy: nothing else may style the page."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self._styles.encode()).digest()).decode()}"

    def statement(self, visit: Visit, *, thanks: str = "") -> str:
        """The statement with what can be answered; `thanks` is a key of the words, after an answer was recorded."""
        words, say = page_words(), _Say(visit)
        return self._render(
            "statement.html.j2",
            visit.language,
            token=visit.token,
            customer=visit.statement.customer_name,
            position=say.page("position", day=say.day(visit.statement.as_of)) if visit.statement.as_of else "",
            totals=say.totals(),
            rows=say.rows(),
            not_shown=say.not_shown(),
            has_settled=bool(visit.message.receivable_ids - visit.statement.by_id.keys()),
            offers=[
                {"kind": kind.value, "title": words.offers[kind].text(visit.language), "hint": say.hint(kind)}
                for kind in AnswerKind
                if visit.statement.rows or kind is AnswerKind.CONTACT
            ],
            thanks=words.thanks[thanks].text(visit.language) if thanks in words.thanks else "",
            given=[say.given(before) for before in given_before(visit.kept)],
        )

    def form(
        self, visit: Visit, kind: AnswerKind, *, form_token: str, sent: Sent | None, mistakes: tuple[Mistake, ...] = ()
    ) -> str:
        """The form of one kind: fresh (`sent` None), or as it was sent with its mistakes."""
        words, say = page_words(), _Say(visit)
        language = visit.language
        return self._render(
            "form.html.j2",
            language,
            kind=kind.value,
            token=visit.token,
            title=words.offers[kind].text(language),
            hint=say.hint(kind),
            form_token=form_token,
            values={name: values[-1] for name, values in (sent or {}).items() if values},
            ticked=_ticked(visit) if sent is None else sent.get("receivable", ()),
            rows=say.rows(),
            everything=EVERYTHING,
            row_count=len(visit.statement.rows),
            confirmations=[(name, words.confirmations[name].text(language)) for name in CONFIRMABLE],
            confirmed=_asked(visit) if sent is None else sent.get("confirmed", ()),
            disputes=[(name.value, words.disputes[name].text(language)) for name in DISPUTABLE],
            first=visit.bounds.today.isoformat(),
            last=visit.bounds.last_promise.isoformat(),
            last_day=say.day(visit.bounds.last_promise),
            longest=LONGEST_TEXT,
            mistakes=[(mistake.place, say.mistake(mistake)) for mistake in mistakes],
            errors={mistake.place: say.mistake(mistake) for mistake in reversed(mistakes)},
        )

    def notice(self, name: str, language: Language) -> str:
        """A page that says one thing, such as that a link cannot be used; the same for every reason."""
        notices = page_words().notices
        return self._render(
            "notice.html.j2",
            language,
            title=notices[f"{name}_title"].text(language),
            text=notices[f"{name}_text"].text(language),
        )

    def _render(self, template: str, language: Language, **values: object) -> str:
        words: PageWords = page_words()
        return self._environment.get_template(template).render(
            language=language,
            company=self.company,
            styles=self._styles,
            page=filled(words.page, language),
            fields=filled(words.fields, language),
            help=filled(words.help, language),
            page_title=words.page["title"].text(language, company=self.company.name),
            **values,
        )


class _Say:
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


def _ticked(visit: Visit) -> tuple[str, ...]:
    rows = visit.statement.rows
    ticked = tuple(row.receivable_id for row in rows if row.is_of_message)
    return ticked or (tuple(row.receivable_id for row in rows) if len(rows) == 1 else ())


def _asked(visit: Visit) -> tuple[str, ...]:
    asked = ASKED_BY.get(visit.message.purpose)
    return (asked,) if asked else ()
