"""Made-up reminders that show every part of a message: what the template check renders, and what the pictures show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tasks.consequences.claim import Claim, Fee, InterestPeriod
from tasks.consequences.read import Discount
from tasks.contracts.currencies import DECIMALS
from tasks.remind.consequence_words import LINES_SHOWN
from tasks.remind.fitting import ITEMS_SHOWN
from tasks.remind.promises import PROMISE_PURPOSES, PromisedPayment
from tasks.remind.reminder import TONES, Reference, Reminder, ReminderItem
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.families import Phase, phase_of
from tasks.segment.ladders import ANNOUNCED_BY, DAYS_TO_PAY, PURPOSES, Purpose, Tone

AS_OF = date(2026, 11, 20)
_DAYS_OVERDUE: dict[Phase, tuple[int, ...]] = {
    "before": (-7, -5, -5), "due": (0, 0, 0), "after": (41, 24, 12), "any": (24, 12, 9)
}  # fmt: skip
_OTHER_DAYS_OVERDUE: dict[Purpose, tuple[int, ...]] = {
    "statement": (24, 12, -5), "payment_document_missing": (-7, -5, -5)
}  # fmt: skip
_NOTICE_DAYS = 15
_COUNTRIES = {"es": "ES", "en": "GB", "pt": "PT"}
_REFERENCES = (
    (Reference("purchase_order", "OC-5501"), Reference("service_entry_sheet", "HES-771")),
    (Reference("letra", "889-A"),),
    (Reference("delivery_note", "ALB-10233"), Reference("project", "Nave 4")),
)


def sample_reminder(*, purpose: Purpose, language: str, tone: Tone = "neutral", currency: str = "EUR") -> Reminder:
    """A reminder of three receivables that uses every optional part of a message but the line for rows not shown."""
    items = tuple(
        _sample_item(number, days)
        for number, days in enumerate(_OTHER_DAYS_OVERDUE.get(purpose, _DAYS_OVERDUE[phase_of(purpose)]))
    )
    if currency == "CLP":
        items = tuple(
            replace(
                item,
                amount=item.amount.quantize(Decimal(1)) * 1000,
                open_amount=item.open_amount.quantize(Decimal(1)) * 1000,
            )
            for item in items
        )
    total = sum((item.open_amount for item in items), Decimal(0))
    if purpose == "discount_offer":
        items = tuple(_offered(item, currency) for item in items)
    if purpose == "thank_you":
        items = tuple(_thanked(item) for item in items)
        total = sum((item.said_amount for item in items), Decimal(0))
    is_announcement = purpose in ANNOUNCED_BY.values()
    return Reminder(
        reminder_key=f"sample|C00042|v1|{purpose}|2026-11-20|email|reminder|{currency}",
        customer_id="C00042",
        customer_name="Talleres Ebro, S.L.",
        customer_tax_id="B12345674",
        customer_country=_COUNTRIES[language],
        recipient_name="Marta Gil Arce",
        recipient_address="marta.gil@talleres-ebro.example",
        currency=currency,
        purpose=purpose,
        tone=tone,
        language=language,
        total_amount=total,
        credit_amount=Decimal("120.00") if purpose in ("overdue", "statement") else Decimal(0),
        payments_until=AS_OF - timedelta(days=1),
        items=items,
        deadline_days=DAYS_TO_PAY,
        next_days=_NOTICE_DAYS if is_announcement else None,
        later_purposes=frozenset(ANNOUNCED_BY) if is_announcement or purpose == "overdue" else frozenset(),
        promised=_promised(purpose, total) if purpose in PROMISE_PURPOSES else None,
    )


def samples() -> Iterator[Reminder]:
    """Reminders that take every branch of our templates: each purpose, tone and language; one and many receivables; nothing optional."""
    for purpose in PURPOSES:
        for language in LANGUAGES:
            for tone in TONES:
                full = sample_reminder(purpose=purpose, language=language, tone=tone)
                yield full
                yield bare(full)
            yield longest(full)
            yield mixed(full)
            yield charged(full)


def bare(reminder: Reminder) -> Reminder:
    """`reminder` with one receivable and nothing that is optional."""
    item = replace(
        reminder.items[0],
        instalment_number=None,
        payment_terms_days=None,
        references=(),
        document_type="debit_note",
        discount=None,
    )
    return replace(
        reminder,
        recipient_name="",
        customer_tax_id="",
        credit_amount=Decimal(0),
        items=(item,),
        total_amount=item.said_amount,
        next_days=None,
        later_purposes=frozenset(),
        promised=None,
    )


def charged(reminder: Reminder) -> Reminder:
    """`reminder` with a claim of each kind and a discount on its receivables, more than a message lists."""
    period = InterestPeriod(date(2026, 10, 11), date(2026, 11, 20), Decimal("10.4"), Decimal("1210.50"))
    later = replace(period, balance=Decimal("900.00"))
    currency = reminder.currency

    def of(item: ReminderItem) -> ReminderItem:
        name, total = item.receivable_id, Decimal("14.14")
        claims = (
            Claim(name, "late_interest", "ES", currency, total, "claimed", periods=(period,)),
            Claim(name, "late_interest", "ES", currency, Decimal("24.66"), "claimed", periods=(period, later)),
            Claim(name, "compensation", "2011/7/EU", currency, Decimal("40.00"), "claimed"),
            Claim(
                name, "fee", "contract", currency, Decimal("10.00"), "claimed", fees=(Fee("first", Decimal("10.00")),)
            ),
        )
        return replace(_offered(item, currency), claims=claims)

    return replace(reminder, items=tuple(of(item) for item in reminder.items * (LINES_SHOWN // 2)))


def _offered(item: ReminderItem, currency: str) -> ReminderItem:
    """`item` with two percent off until the day before it is due."""
    off = (item.open_amount / 50).quantize(Decimal(1).scaleb(-DECIMALS.get(currency, 2)))
    last = item.due_date - timedelta(days=1)
    due = item.open_amount - off
    offer = Discount(item.receivable_id, currency, Decimal(2), last, item.open_amount, off, due, 37.24)
    return replace(item, discount=offer)


def _thanked(item: ReminderItem) -> ReminderItem:
    """`item`, paid in full two days after its due date or the day before the sample's."""
    paid_on = min(item.due_date + timedelta(days=2), AS_OF - timedelta(days=1))
    return replace(item, open_amount=Decimal(0), days_overdue=0, paid_amount=item.amount, paid_on=paid_on)


def _promised(purpose: Purpose, amount: Decimal) -> PromisedPayment:
    return PromisedPayment(AS_OF + timedelta(days=-4 if purpose == "promise_broken" else 5), amount)


def longest(reminder: Reminder) -> Reminder:
    """`reminder` with more receivables than a message shows."""
    items = tuple(_sample_item(number, reminder.items[0].days_overdue) for number in range(ITEMS_SHOWN + 5))
    if reminder.purpose == "thank_you":
        items = tuple(map(_thanked, items))
    return replace(reminder, items=items, total_amount=sum((item.said_amount for item in items), Decimal(0)))


def mixed(reminder: Reminder) -> Reminder:
    """`reminder` with a last receivable that is not yet due."""
    coming = replace(reminder.items[-1], days_overdue=-6, due_date=AS_OF + timedelta(days=6))
    return replace(reminder, items=(*reminder.items[:-1], coming))


def _sample_item(number: int, days_overdue: int) -> ReminderItem:
    due = AS_OF - timedelta(days=days_overdue)
    amount = (Decimal("1210.50"), Decimal("18450.00"), Decimal("642.37"))[number % 3]
    return ReminderItem(
        receivable_id=f"F26-{1234 + number:06}-1",
        document_number=f"F26-{1234 + number:06}",
        document_type="debit_note" if number == 2 else "invoice",
        instalment_number=2 if number % 3 == 1 else None,
        invoice_date=due - timedelta(days=60),
        due_date=due,
        days_overdue=days_overdue,
        payment_terms_days=60,
        amount=amount,
        open_amount=amount if number % 3 else amount - Decimal("200.00"),
        references=_REFERENCES[number % 3],
    )
