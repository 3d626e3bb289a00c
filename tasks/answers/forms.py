"""Judges what a debtor sent: each field by itself, all mistakes at once, nothing corrected in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale

from tasks.answers.amounts import parse_amount
from tasks.answers.kinds import CONFIRMABLE, DISPUTABLE, AnswerKind, ConfirmationKind
from tasks.answers.statement import Statement, StatementRow
from tasks.answers.texts import clean_text, is_phone
from tasks.ledger.knowledge import DisputeKind
from tasks.remind.outbound import mailbox

EVERYTHING = "*"
"""The value of the field `receivable` that stands for everything open."""
LONGEST_TEXT = 1_000
LONGEST_LINE = 140
PAID_WITHIN_DAYS = 365
"""A payment longer ago than that is not under way."""

_AS_ON_THE_PAGE = ("confirmed", "name", "email", "phone", "why", "text", "day", "reference", "receivable", "amount")

Sent = Mapping[str, tuple[str, ...]]
"""Values by field, as they came."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the field `place`: `code` is a key of `errors` in words.yaml, `values` fill its places."""

    place: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bounds:
    """What a form is judged against: the day of the creditor's calendar, and how far ahead a promise may reach."""

    today: date
    promise_within_days: int

    @property
    def last_promise(self) -> date:
        """The latest day that may be promised."""
        return self.today + timedelta(days=self.promise_within_days)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A form without mistakes. `amount` is a part of the only row of `rows`."""

    kind: AnswerKind
    rows: tuple[StatementRow, ...] = ()
    confirmed: tuple[ConfirmationKind, ...] = ()
    day: date | None = None
    amount: Decimal | None = None
    dispute_kind: DisputeKind | None = None
    text: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


def judge(
    kind: AnswerKind, sent: Sent, statement: Statement, locale: Locale, bounds: Bounds
) -> tuple[Wish, tuple[Mistake, ...]]:
    """What the form says, and every mistake in it, in the order of the page; the wish is good only where there is none."""
    form = _Form(sent, statement, locale)
    match kind:
        case AnswerKind.CONFIRM:
            wish = Wish(kind=kind, rows=form.rows(), confirmed=form.confirmed())
        case AnswerKind.PROMISE:
            rows = form.rows()
            day = form.day("day", first=bounds.today, last=bounds.last_promise)
            wish = Wish(kind=kind, rows=rows, day=day, amount=form.part(rows))
        case AnswerKind.PAID:
            first = bounds.today - timedelta(days=PAID_WITHIN_DAYS)
            wish = Wish(
                kind=kind,
                rows=form.rows(),
                day=form.day("day", first=first, last=bounds.today),
                text=form.text("reference", longest=LONGEST_LINE),
            )
        case AnswerKind.DISPUTE:
            rows, why = form.rows(), form.dispute_kind()
            is_needed = why is DisputeKind.OTHER
            text = form.text("text", longest=LONGEST_TEXT, is_needed=is_needed)
            wish = Wish(kind=kind, rows=rows, dispute_kind=why, text=text, amount=form.part(rows))
        case AnswerKind.COPY:
            wish = Wish(kind=kind, rows=form.rows())
        case AnswerKind.CONTACT:
            wish = form.contact()
    return wish, tuple(sorted(form.mistakes, key=lambda mistake: _AS_ON_THE_PAGE.index(mistake.place)))


class _Form:
    """Reads fields and notes what is wrong with them."""

    def __init__(self, sent: Sent, statement: Statement, locale: Locale) -> None:
        self._sent = sent
        self._statement = statement
        self._locale = locale
        self.mistakes: list[Mistake] = []

    def rows(self) -> tuple[StatementRow, ...]:
        chosen = self._sent.get("receivable", ())
        if EVERYTHING in chosen:
            return self._statement.rows
        if not chosen:
            self._wrong("receivable", "choose_documents")
        if any(receivable_id not in self._statement.by_id for receivable_id in chosen):
            self._wrong("receivable", "list_changed")
        return tuple(row for row in self._statement.rows if row.receivable_id in set(chosen))

    def confirmed(self) -> tuple[ConfirmationKind, ...]:
        said = tuple(kind for kind in CONFIRMABLE if kind in self._sent.get("confirmed", ()))
        if not said:
            self._wrong("confirmed", "choose_confirmation")
        return said

    def day(self, name: str, *, first: date, last: date) -> date | None:
        written = self._value(name)
        if not written:
            self._wrong(name, f"{name}_missing")
            return None
        day = _parse_day(written)
        if day is None:
            self._wrong(name, f"{name}_unreadable")
        elif not first <= day <= last:
            self._wrong(name, "day_too_early" if day < first else "day_too_late", first=first, last=last)
        return day

    def part(self, rows: tuple[StatementRow, ...]) -> Decimal | None:
        written = self._value("amount")
        if not written:
            return None
        if len(rows) != 1:
            self._wrong("amount", "amount_of_one")
            return None
        amount = parse_amount(written, self._locale, currency=rows[0].currency)
        if amount is None or amount <= 0:
            self._wrong("amount", "amount_unreadable")
        elif amount > rows[0].open_amount:
            self._wrong("amount", "amount_too_large")
        return amount

    def dispute_kind(self) -> DisputeKind | None:
        written = self._value("why")
        if written not in DISPUTABLE:
            self._wrong("why", "choose_reason")
            return None
        return DisputeKind(written)

    def text(self, name: str, *, longest: int, is_needed: bool = False) -> str:
        text = clean_text(self._value(name))
        if is_needed and not text:
            self._wrong(name, "text_missing")
        if len(text) > longest:
            self.mistakes.append(Mistake(name, "text_too_long", {"longest": str(longest)}))
        return text

    def contact(self) -> Wish:
        name, email, phone = (self.text(field, longest=LONGEST_LINE) for field in ("name", "email", "phone"))
        text = self.text("text", longest=LONGEST_TEXT)
        if not (name or email or phone or text):
            self._wrong("name", "contact_missing")
        if email and not mailbox(name="", email=email).is_usable:
            self._wrong("email", "email_unreadable")
        if phone and not is_phone(phone):
            self._wrong("phone", "phone_unreadable")
        return Wish(kind=AnswerKind.CONTACT, name=name, email=email, phone=phone, text=text)

    def _value(self, name: str) -> str:
        return (self._sent.get(name) or ("",))[-1].strip()

    def _wrong(self, name: str, code: str, **days: date) -> None:
        values = {key: day.isoformat() for key, day in days.items()}
        self.mistakes.append(Mistake(name, code, values))


def _parse_day(written: str) -> date | None:
    """`yyyy-mm-dd`, as browsers send it, or day, month and year where a browser has no field for dates."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None
