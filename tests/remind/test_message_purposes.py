"""What each purpose says, and what it must not: money, threats, claims, offers, promises and days."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tasks.remind.deadlines import QUESTIONS, deadline_of, next_of
from tasks.remind.reminder import Reminder
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, charged, sample_reminder
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES, Purpose

HARSH: tuple[Purpose, ...] = ("suspension_deadline", "suspension", "legal_deadline", "hand_over")
_PAID_ALREADY = r"Si ya ha realizado el pago|If you have already paid|Se já efetuou o pagamento"
_HOW_TO_PAY = r"CÓMO PAGAR|HOW TO PAY|COMO PAGAR"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_message_lists_each_receivable_with_its_references_and_the_sum(
    renderer: Renderer, purpose: Purpose, language: str
) -> None:
    sample = sample_reminder(purpose=purpose, language=language)
    message = renderer.render(sample)
    words = renderer.creditor.words(sample)
    for item, shown in zip(sample.items, words["items"], strict=True):
        for text in (message.text, message.html):
            assert item.document_number in text
            assert (shown["paid_amount"] or shown["open_amount"]) in text
            assert all(reference.value in text for reference in item.references)
    assert sample.total_amount == sum(item.said_amount for item in sample.items)
    (total,) = words["totals"]
    assert (total["paid_amount"] or total["open_amount"]) in message.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_asks_for_money_says_how_to_pay_and_what_asks_for_an_answer_or_thanks_does_not(
    renderer: Renderer, purpose: Purpose, language: str
) -> None:
    text = renderer.render(sample_reminder(purpose=purpose, language=language)).text
    asks_for_money = purpose not in (*QUESTIONS, "thank_you")
    assert bool(re.search(_HOW_TO_PAY, text)) == asks_for_money
    assert bool(re.search(_PAID_ALREADY, text)) == asks_for_money


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", [*QUESTIONS, "discount_offer", "promise_reminder", "thank_you"])
def test_questions_offers_and_thanks_neither_claim_nor_threaten(
    renderer: Renderer, purpose: Purpose, language: str
) -> None:
    text = renderer.render(sample_reminder(purpose=purpose, language=language)).text
    threat = r"demora|legal|judicial|suspen|reclam|inter[eé]s(?!a)|interest(?!ed)|juros|cobrança|recovery|abogad|lawyer|advogad"
    assert not re.search(threat, text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("purpose", "deed"),
    [
        ("suspension_deadline", r"suspend"),
        ("legal_deadline", r"abogad|law firm|advogad|traslad|refer the|encaminh"),
    ],
)
def test_an_announcement_says_from_when_it_can_follow_and_threatens_with_nothing_that_no_step_does(
    renderer: Renderer, purpose: Purpose, deed: str, language: str
) -> None:
    sample = sample_reminder(purpose=purpose, language=language)
    words = renderer.creditor.words(sample)
    text = renderer.render(sample).text
    assert words["deadline"] in text
    assert words["next_on"] in text
    assert re.search(deed, text)
    alone = renderer.render(replace(sample, next_days=None, later_purposes=frozenset())).text
    assert words["deadline"] in alone
    assert words["next_on"] not in alone
    assert not re.search(deed, alone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_message_names_only_what_the_ladder_may_still_come_to(renderer: Renderer, language: str) -> None:
    sample = sample_reminder(purpose="overdue", language=language, tone="firm")

    def told(*later: str) -> tuple[bool, bool]:
        text = renderer.render(replace(sample, later_purposes=frozenset(later))).text
        return "suspend" in text, bool(re.search(r"trasladar|refer the matter|encaminhar", text))

    assert told() == (False, False)
    assert told("suspension") == (True, False)
    assert told("hand_over") == (False, True)
    assert told("suspension", "hand_over") == (True, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", HARSH)
def test_what_is_harsh_shows_the_claims_with_their_arithmetic(
    renderer: Renderer, purpose: Purpose, language: str
) -> None:
    message = renderer.render(_whole(charged(sample_reminder(purpose=purpose, language=language))))
    assert "/ 365 =" in message.text
    assert "/ 365 =" in message.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_shows_each_discount_its_sum_and_what_is_then_to_pay(renderer: Renderer, language: str) -> None:
    sample = sample_reminder(purpose="discount_offer", language=language)
    words = renderer.creditor.words(sample)["consequences"]
    text = renderer.render(sample).text
    off = sum(item.discount.discount_amount for item in sample.items if item.discount)
    due = sum(item.discount.amount_due for item in sample.items if item.discount)
    assert off + due == sample.total_amount
    assert len(words["discounts"]) == 3
    for shown in (*words["discounts"], words["discounts_total"], words["discounted_amount"]):
        assert shown in text


def test_a_statement_tells_the_next_due_date_or_asks_for_what_is_overdue_now(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="statement", language="es")
    assert "Una parte del importe ya ha vencido: le rogamos que la pague de inmediato" in renderer.render(sample).text
    coming = tuple(item for item in sample.items if item.days_overdue < 0)
    early = renderer.render(_whole(replace(sample, items=coming))).text
    assert "la más próxima es el 25 de noviembre de 2026" in early
    assert "de inmediato" not in early


def test_a_promise_is_named_with_its_day_and_amount(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="promise_broken", language="es")
    text = renderer.render(sample).text
    assert (
        "el pago de 20.102,87 € de la cuenta de Talleres Ebro, S.L. estaba previsto para el 16 de noviembre de 2026"
        in (text.replace("\u00a0", " "))
    )


@pytest.mark.parametrize(
    ("deadline_days", "next_days", "deadline", "following"),
    [
        (10, 13, date(2026, 11, 30), date(2026, 12, 3)),
        (8, 11, date(2026, 11, 30), date(2026, 12, 1)),
        (30, 20, date(2026, 12, 21), date(2026, 12, 22)),
    ],
)
def test_what_is_announced_never_follows_before_the_deadline_is_over(
    deadline_days: int, next_days: int, deadline: date, following: date
) -> None:
    sample = replace(
        sample_reminder(purpose="suspension_deadline", language="es"), deadline_days=deadline_days, next_days=next_days
    )
    assert deadline_of(sample, AS_OF) == deadline
    assert next_of(sample, AS_OF) == following


def _whole(reminder: Reminder) -> Reminder:
    return replace(reminder, total_amount=sum((item.said_amount for item in reminder.items), Decimal(0)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_thanks_name_what_was_paid_and_when_and_ask_for_nothing(renderer: Renderer, language: str) -> None:
    sample = sample_reminder(purpose="thank_you", language=language)
    message = renderer.render(sample)
    words = renderer.creditor.words(sample)
    for text in (message.text, message.html):
        assert all(item["paid_on"] in text for item in words["items"])
        assert not re.search(r"pendiente|outstanding|em aberto|overdue|retraso|atraso", text, re.IGNORECASE)
    assert words["deadline"] == words["answer_link"] == ""
