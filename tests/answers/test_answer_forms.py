"""Whatever is sent, what is taken from it lies within what is open and allowed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tasks.answers.effects import answers_from
from tasks.answers.forms import Bounds, judge
from tasks.answers.kinds import AnswerKind
from tasks.answers.page import Pages
from tasks.answers.say import ROWS_SHOWN, Visit
from tasks.answers.statement import Statement, StatementRow, Total
from tasks.answers.words import LANGUAGES, page_words
from tasks.ledger.answers import AnsweredMessage
from tasks.ledger.knowledge import Confirmation, Dispute, DutyEntry, Hold, Promise
from tasks.paths import TEMPLATES
from tasks.remind.wording import locale_of
from tasks.settings.workspace import Company, Person

DAY = date(2026, 6, 16)
LOCALE = locale_of(language="es", country="ES")
BOUNDS = Bounds(today=DAY, promise_within_days=30)
PERSON = Person(name="Ana", email="ana@acme.example")
MESSAGE = AnsweredMessage("a" * 32, "C1", "C1-1", "es", "overdue", DAY, frozenset({"F-0"}))


def row(number: int) -> StatementRow:
    amount = Decimal(number + 1)
    return StatementRow(f"F-{number}", f"F-{number}", "invoice", 1, DAY, DAY, 0, "EUR", amount, amount, number == 0)


def statement(rows: int) -> Statement:
    total = Total("EUR", Decimal(1), Decimal(0), Decimal(0), rows)
    return Statement("C1", "Talleres", "ES", DAY, tuple(row(number) for number in range(rows)), (total,))


FIELDS = st.sampled_from(
    ["receivable", "day", "amount", "why", "text", "reference", "confirmed", "name", "email", "phone"]
)
VALUES = st.text(max_size=30) | st.sampled_from(
    ["F-0", "F-1", "F-2", "*", "1", "2", "0,5", "1e9", "-1", "2026-06-20", "2026-06-16", "9999-12-31", "other", "damaged",
     "invoice_received", "ana@b.example", "+34 600 000 000"]
)  # fmt: skip
SENT = st.dictionaries(FIELDS, st.lists(VALUES, max_size=3).map(tuple), max_size=8)


@given(st.sampled_from(AnswerKind), SENT)
def test_what_is_taken_is_open_and_allowed_whatever_is_sent(kind: AnswerKind, sent: dict[str, tuple[str, ...]]) -> None:
    open_now = statement(3)
    wish, mistakes = judge(kind, sent, open_now, LOCALE, BOUNDS)
    errors = page_words().errors
    assert all(mistake.code in errors for mistake in mistakes)
    if mistakes:
        return
    for answer in answers_from(wish, MESSAGE, today=DAY, at_most=2):
        learned = answer.learned
        assert learned is not None
        assert learned.customer_id == "C1"
        assert learned.author == f"debtor {MESSAGE.reminder_id}"
        assert learned.recorded_on == DAY
        if answer.receivable_id is not None:
            limit = open_now.by_id[answer.receivable_id].open_amount
        match learned:
            case Promise():
                assert DAY <= learned.promised_for <= DAY + timedelta(days=30)
                assert learned.amount is None or 0 < learned.amount <= limit
            case Dispute():
                assert learned.amount is None or 0 < learned.amount < limit
            case Hold():
                assert learned.until_on == DAY + timedelta(days=5)
            case Confirmation():
                assert learned.confirmed_on == DAY
            case DutyEntry():
                assert not learned.is_met
                assert learned.note is None


def visit(rows: int) -> Visit:
    return Visit("t" * 48, MESSAGE, statement(rows), (), "es", LOCALE, BOUNDS)


def test_a_customer_with_many_documents_has_a_page_that_loads_and_one_tick_for_all() -> None:
    pages = Pages(Company(id="acme", name="Acme", country="ES", sender=PERSON, collector=PERSON))
    many = visit(5_000)
    assert "Documentos no mostrados: 4800" in pages.statement(many)
    form = pages.form(many, AnswerKind.PROMISE, form_token="x", sent=None)
    assert len(re.findall(r'type="checkbox"', form)) == ROWS_SHOWN + 1
    assert "Todos los documentos pendientes (5000)" in form
    assert len(form.encode()) < 150_000
    wish, _ = judge(AnswerKind.COPY, {"receivable": ("*",)}, many.statement, LOCALE, BOUNDS)
    assert len(wish.rows) == 5_000


def test_every_form_renders_in_every_language_with_every_mistake() -> None:
    pages = Pages(Company(id="acme", name="Acme", country="ES", sender=PERSON, collector=PERSON))
    for language in LANGUAGES:
        one = Visit("t" * 48, MESSAGE, statement(2), (), language, LOCALE, BOUNDS)
        for kind in AnswerKind:
            _, mistakes = judge(kind, {"email": ("x",), "phone": ("x",), "why": ("x",)}, one.statement, LOCALE, BOUNDS)
            page = pages.form(one, kind, form_token="x", sent={}, mistakes=mistakes)
            assert f'<html lang="{language}"' in page
            assert page.count('<li><a href="#') == len(mistakes)
        for name in ("gone", "busy", "failed", "full"):
            assert "<h1>" in pages.notice(name, language)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out_from_its_ground_by_day_and_by_night() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for the edges of fields and what has the focus."""
    css = Path(TEMPLATES / "answers" / "styles.css").read_text(encoding="utf-8")
    day, night = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", css)
    )
    for colours in (day, {**day, **night}):
        texts = {
            "paper": ("ink", "soft", "brand", "late", "bad"),
            "ground": ("ink", "soft", "brand"),
            "tint": ("ink", "soft", "late", "brand"),
            "bad-tint": ("bad", "ink"),
            "good-tint": ("good",),
            "brand": ("on-brand",),
        }
        for ground, inks in texts.items():
            for ink in inks:
                assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert _contrast(colours["field"], colours["paper"]) >= 3
        assert max(_contrast(colours["focus"], colours["paper"]), _contrast("#14202e", colours["paper"])) >= 3
