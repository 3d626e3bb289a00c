"""Writes the debtors' pages: `templates/answers` with words, dates and amounts of the reader's language and country."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.answers.forms import EVERYTHING, LONGEST_TEXT, Mistake, Sent
from tasks.answers.given import given_before
from tasks.answers.kinds import ASKED_BY, CONFIRMABLE, DISPUTABLE, AnswerKind
from tasks.answers.say import Say, Visit
from tasks.answers.statement import Statement
from tasks.answers.words import Language, PageWords, filled, page_words
from tasks.ledger.answers import AnsweredMessage
from tasks.paths import TEMPLATES
from tasks.remind.wording import locale_of
from tasks.settings.workspace import Company

_FOLDER = TEMPLATES / "answers"


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
        words, say = page_words(), Say(visit)
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
        words, say = page_words(), Say(visit)
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


def _ticked(visit: Visit) -> tuple[str, ...]:
    rows = visit.statement.rows
    ticked = tuple(row.receivable_id for row in rows if row.is_of_message)
    return ticked or (tuple(row.receivable_id for row in rows) if len(rows) == 1 else ())


def _asked(visit: Visit) -> tuple[str, ...]:
    asked = ASKED_BY.get(visit.message.purpose)
    return (asked,) if asked else ()
