"""The way to the company's payment page: in every form of a message that says how to pay, in no other, and safe whatever a number holds."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tasks.remind.creditor import Creditor
from tasks.remind.deadlines import QUESTIONS
from tasks.remind.letters.rendering import LetterRenderer
from tasks.remind.outbound import OutboundMessage
from tasks.remind.reminder import Reminder
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, mixed, sample_reminder
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.settings.letters import LetterChannel
from tasks.settings.payment_page import PaymentPage
from tasks.settings.workspace import Company
from tests.letters.letter_samples import ADDRESS, bones, text_of

GOLDEN = Path(__file__).parent / "golden" / "payment_page"
URL = "https://pay.acme.example/{language}/i?ref={payment_reference}&amount={amount}&currency={currency}"
WITH_PAGE: tuple[Purpose, ...] = tuple(purpose for purpose in PURPOSES if purpose not in (*QUESTIONS, "thank_you"))
OVERDUE = "https://pay.acme.example/es/i?ref=C00042&amount=20102.87&currency=EUR"


def with_page(company: Company, url: str = URL, **also: object) -> Company:
    page = PaymentPage.model_validate({"url": url, **also})
    return company.model_copy(update={"payment_page": page})


def said(company: Company, templates: Templates, reminder: Reminder) -> OutboundMessage:
    return Renderer(Creditor(company, AS_OF), templates, copies_collector=False).render(reminder)


@pytest.mark.parametrize("replaces", [False, True])
def test_a_message_with_a_payment_page_reads_as_it_did(company: Company, templates: Templates, replaces: bool) -> None:
    message = said(
        with_page(company, replaces_bank_details=replaces), templates, sample_reminder(purpose="overdue", language="es")
    )
    for suffix, text in {"txt": message.text, "html": message.html}.items():
        golden = GOLDEN / f"overdue-es-EUR-{'instead' if replaces else 'beside'}.{suffix}"
        if os.environ.get("PUNTUAL_UPDATE_GOLDEN") == "1":
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), "run with PUNTUAL_UPDATE_GOLDEN=1 if it should change"
    account = company.bank_details["EUR"].account
    assert (account in message.text) is not replaces
    assert (account in message.html) is not replaces
    assert "\n\n\n" not in message.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_says_how_to_pay_leads_to_the_page_and_nothing_else_does(
    company: Company, templates: Templates, purpose: Purpose, language: str
) -> None:
    message = said(with_page(company), templates, sample_reminder(purpose=purpose, language=language))
    assert (f"https://pay.acme.example/{language}/i?ref=" in message.text) == (purpose in WITH_PAGE)
    assert message.html.count("https://pay.acme.example/") == (3 if purpose in WITH_PAGE else 0)


@pytest.mark.parametrize("replaces", [False, True])
def test_a_letter_prints_the_address(company: Company, templates: Templates, replaces: bool) -> None:
    told = with_page(company, replaces_bank_details=replaces)
    reminder = replace(sample_reminder(purpose="overdue", language="es"), recipient_address=ADDRESS)
    letter = LetterRenderer(Creditor(told, AS_OF), templates, LetterChannel(folder="x")).render(reminder)
    text = text_of(letter.pdf)
    assert bones(OVERDUE) in bones(text)
    assert (bones(company.bank_details["EUR"].account) in bones(text)) is not replaces


def test_a_currency_that_the_page_does_not_take_is_paid_as_before(company: Company, templates: Templates) -> None:
    told = with_page(company, currencies=("USD",), replaces_bank_details=True)
    reminder = sample_reminder(purpose="overdue", language="es")
    assert said(told, templates, reminder) == said(company, templates, reminder)


@pytest.mark.parametrize("number", ["../x?y=1#z", "a&amount=1", "ref={amount}", "Ñ/1", '"><script>', "%2e", "a b"])
def test_a_number_of_the_accounts_cannot_change_where_the_address_leads(
    company: Company, templates: Templates, number: str
) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    item = replace(sample.items[0], document_number=number)
    one = replace(sample, items=(item,), total_amount=item.open_amount)
    link = Creditor(with_page(company), AS_OF).words(one)["payment_link"]
    parts = urlsplit(link)
    assert (parts.netloc, parts.path, parts.fragment) == ("pay.acme.example", "/es/i", "")
    assert parse_qs(parts.query) == {"ref": [number], "amount": [str(item.open_amount)], "currency": ["EUR"]}
    assert said(with_page(company), templates, one).html.count("<script") == 0


@pytest.mark.parametrize("number", [".", ".."])
def test_a_number_that_browsers_take_for_a_step_of_the_path_has_no_link(
    number: str, company: Company, templates: Templates
) -> None:
    reminder = sample_reminder(purpose="overdue", language="es")
    one = replace(reminder, items=(replace(reminder.items[0], document_number=number),))
    in_path = with_page(company, "https://pay.acme.example/i/{payment_reference}/pay", replaces_bank_details=True)
    words = Creditor(in_path, AS_OF).words(one)
    assert words["payment_link"] == ""
    assert words["bank_accounts"], "what is owed can be paid all the same"
    assert Creditor(with_page(company), AS_OF).words(one)["payment_link"], "in a query it is a value as any other"


def test_the_amount_is_what_the_message_asks_for(company: Company) -> None:
    def amount(reminder: Reminder) -> Decimal:
        link = Creditor(with_page(company, "https://pay.acme.example/{amount}"), AS_OF).words(reminder)["payment_link"]
        return Decimal(link.rpartition("/")[2])

    overdue = sample_reminder(purpose="overdue", language="es")
    assert amount(overdue) == overdue.total_amount
    assert amount(mixed(overdue)) == sum(item.open_amount for item in overdue.items[:-1])
    coming = sample_reminder(purpose="pre_due", language="es")
    assert amount(coming) == coming.total_amount
    offer = sample_reminder(purpose="discount_offer", language="es")
    assert amount(offer) == sum(item.discount.amount_due for item in offer.items if item.discount)
    pesos = sample_reminder(purpose="overdue", language="es", currency="CLP")
    assert str(amount(pesos)) == str(int(pesos.total_amount))
