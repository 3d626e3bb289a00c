"""What debtors read: golden files, sums, sizes, and names that try to be code."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.remind.creditor import Creditor
from tasks.remind.fitting import ITEMS_SHOWN
from tasks.remind.reminder import TONES, Reference
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, bare, longest, mixed, sample_reminder, samples
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES
from tasks.settings.workspace import Company

GOLDEN = Path(__file__).parent / "golden"
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "</td></table><h1>Pague aquí</h1>",
    "javascript:alert(1)",
    "A\r\nBcc: todos@ejemplo.example",
    "a\u202egnp.exe",
    "O'Brien & Sons <Ltd>",
    "<!--#exec cmd='ls'-->",
    "${jndi:ldap://x}",
)


@pytest.mark.parametrize("currency", ["EUR", "CLP"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_messages_read_as_they_did(renderer: Renderer, purpose: str, language: str, currency: str) -> None:
    country = {"EUR": {"es": "ES", "en": "GB", "pt": "PT"}[language], "CLP": "CL"}[currency]
    sample = sample_reminder(purpose=purpose, language=language, tone="neutral", currency=currency)  # type: ignore[arg-type]
    message = renderer.render(replace(sample, customer_country=country))
    for suffix, text in {"txt": f"Subject: {message.subject}\n\n{message.text}", "html": message.html}.items():
        golden = GOLDEN / f"{purpose}-{language}-{currency}.{suffix}"
        if os.environ.get("PUNTUAL_UPDATE_GOLDEN") == "1":
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), (
            f"run with PUNTUAL_UPDATE_GOLDEN=1 if {golden.name} should change"
        )


def test_every_sample_renders_small_whole_and_without_remote_content(renderer: Renderer) -> None:
    for sample in samples():
        message = renderer.render(replace(sample, total_amount=sum((i.said_amount for i in sample.items), Decimal(0))))
        assert len(message.html.encode()) < 100_000
        assert f'<html lang="{sample.language}-{sample.customer_country}"' in message.html
        assert not re.search(r"""(src=|url\(|@import|<link|<img|<script|https?://)""", message.html)
        _assert_balanced(message.html)
        assert "{{" not in message.html + message.text + message.subject
        assert "\n\n\n" not in message.text
        assert ".." not in message.text, "a name that ends with a full stop must not end a sentence"


def test_the_subject_tells_a_third_person_no_amount_and_no_debt(renderer: Renderer) -> None:
    for sample in samples():
        subject = renderer.render(
            replace(sample, total_amount=sum((i.said_amount for i in sample.items), Decimal(0)))
        ).subject
        assert not re.search(r"€|EUR|\d[.,]\d", subject)
        assert not re.search(r"deuda|moroso|impag|vencid[oa]|debt|overdue|unpaid|dívida|atraso", subject, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_due_date_nothing_is_claimed_or_threatened(renderer: Renderer, language: str) -> None:
    message = renderer.render(sample_reminder(purpose="pre_due", language=language))
    threat = (
        r"demora|legal|judicial|suspen|reclam|inter[eé]s|interest|juros|cobrança|recovery|overdue|vencidos pendientes"
    )
    assert not re.search(threat, message.text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", TONES)
def test_an_overdue_message_says_what_late_payment_may_entail(renderer: Renderer, language: str, tone: str) -> None:
    message = renderer.render(sample_reminder(purpose="overdue", language=language, tone=tone))  # type: ignore[arg-type]
    assert re.search(r"intereses de demora|interest|juros de mora", message.text)
    assert ("suspend" in message.text) == (tone == "firm")


def test_styles_are_inlined_and_rules_for_narrow_screens_and_dark_mode_stay(renderer: Renderer) -> None:
    html = renderer.render(sample_reminder(purpose="overdue", language="es")).html
    assert 'class="number-strong" style="' in html
    assert "@media screen and (max-width: 520px)" in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "/*" not in html


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_the_accounts_stays_text(company: Company, templates: Templates, attack: str) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    item = replace(sample.items[0], document_number=attack, references=(Reference(attack, attack),))
    hostile = replace(
        sample,
        customer_name=attack,
        recipient_name=attack,
        customer_tax_id=attack,
        customer_id=attack,
        items=(item,),
        total_amount=item.open_amount,
    )
    plain = replace(
        sample, customer_name="x", recipient_name="x", customer_tax_id="x", customer_id="x", total_amount=item.open_amount,
        items=(replace(item, document_number="x", references=(Reference("x", "x"),)),),
    )  # fmt: skip
    renderer = Renderer(Creditor(company, AS_OF), templates, copies_collector=True)
    message = renderer.render(hostile)
    assert _structure(message.html) == _structure(renderer.render(plain).html)
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert "\n" not in message.recipient.name
    if "{" in attack:
        assert attack in message.text


@given(
    amounts=st.lists(
        st.decimals(min_value="0.01", max_value="9999999.99", places=2), min_size=1, max_size=ITEMS_SHOWN + 20
    )
)
@settings(max_examples=60, deadline=None)
def test_lines_shown_and_not_shown_add_up_to_the_total(company: Company, amounts: list[Decimal]) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    items = tuple(
        replace(sample.items[0], receivable_id=str(n), open_amount=amount, amount=amount)
        for n, amount in enumerate(amounts)
    )
    words = Creditor(company, AS_OF).words(replace(sample, items=items))
    shown = [_amount(item["open_amount"]) for item in words["items"]]
    rest = _amount(words["items_not_shown"]["open_amount"]) if words["items_not_shown"]["count"] else Decimal(0)
    assert len(shown) + words["items_not_shown"]["count"] == len(amounts)
    assert sum(shown, Decimal(0)) + rest == sum(amounts) == _amount(words["totals"][0]["open_amount"])


def test_lines_that_do_not_add_up_to_the_decision_are_never_sent(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="due", language="es")
    with pytest.raises(ValueError, match="lines add up to"):
        renderer.render(replace(sample, total_amount=sample.total_amount + 1))


def test_a_message_holds_nothing_of_another_debtor(renderer: Renderer) -> None:
    first = sample_reminder(purpose="overdue", language="es")
    other = replace(
        first, customer_name="Otro Deudor SL", recipient_name="Otra Persona", recipient_address="otra@otro.example",
        items=tuple(replace(item, document_number=f"Z-{item.document_number}") for item in first.items),
    )  # fmt: skip
    before = renderer.render(first)
    rendered = renderer.render(other)
    after = renderer.render(first)
    assert before == after
    assert "Talleres Ebro" not in rendered.html + rendered.text + rendered.subject
    assert "Otro Deudor" not in after.html + after.text + after.subject


def test_a_long_message_says_how_many_documents_it_does_not_list(renderer: Renderer) -> None:
    sample = longest(sample_reminder(purpose="overdue", language="es"))
    message = renderer.render(sample)
    assert "Y 5 más" in message.html
    assert message.html.count('class="row"') == ITEMS_SHOWN + 1


def test_a_message_that_lists_coming_documents_too_says_so(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    assert "aún no han vencido" in renderer.render(mixed(sample)).text
    assert "de ello, vencido" in renderer.render(mixed(sample)).text
    assert "aún no han vencido" not in renderer.render(sample).text


def test_one_document_is_quoted_by_its_number_and_several_by_the_customer(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    assert "Concepto: C00042" in renderer.render(sample).text
    assert f"Concepto: {sample.items[0].document_number}" in renderer.render(bare(sample)).text


def test_a_language_without_templates_falls_back_to_the_companys(renderer: Renderer) -> None:
    message = renderer.render(replace(sample_reminder(purpose="due", language="es"), language="fr"))
    assert message.language == "es"


@pytest.mark.parametrize(
    ("as_of", "deadline"), [(date(2026, 11, 20), "30 de noviembre"), (date(2026, 11, 18), "30 de noviembre")]
)
def test_the_deadline_is_ten_days_away_and_never_on_a_weekend(company: Company, as_of: date, deadline: str) -> None:
    words = Creditor(company, as_of).words(sample_reminder(purpose="overdue", language="es"))
    assert words["deadline"].startswith(deadline)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,]", "", text).replace(",", "."))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.depth: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")
        if tag not in {"meta", "br"}:
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.depth.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.seen.append("comment")


def _structure(html: str) -> list[str]:
    tags = _Tags()
    tags.feed(html)
    return tags.seen


def _assert_balanced(html: str) -> None:
    tags = _Tags()
    tags.feed(html)
    assert tags.depth == []
