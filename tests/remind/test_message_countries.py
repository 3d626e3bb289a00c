"""What debtors of a country read in their language: its words for tax numbers, ways to pay and documents, and nobody else's."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.consequences import wording
from tasks.paths import TEMPLATES
from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.local_words import LocalWords, local_words
from tasks.remind.reminder import Reminder
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, sample_reminder, samples
from tasks.remind.templates import Templates
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.settings.load import Workspace

GOLDEN = Path(__file__).parent / "golden" / "countries"
CLAIMS = Path(wording.__file__).with_name("words.yaml")
LOCAL_FORMS = sorted(path.parent.name for path in TEMPLATES.glob("layout/*/local.yaml"))
CURRENCIES = {"MX": "MXN", "CL": "CLP", "AR": "ARS", "CO": "COP", "BR": "BRL", "PT": "EUR", "ES": "EUR"}
SHOWN: tuple[Purpose, ...] = ("direct_debit_ready", "payment_document_missing", "pre_due", "overdue", "legal_deadline")


def _local(form: str) -> LocalWords:
    path = TEMPLATES / "layout" / form / "local.yaml"
    return local_words(path.read_text(encoding="utf-8"), form)


def _sample(purpose: Purpose, form: str) -> Reminder:
    language, country = form.split("-")
    sample = sample_reminder(purpose=purpose, language=language, tone="firm", currency=CURRENCIES[country])
    return replace(sample, customer_country=country)


@pytest.mark.parametrize("form", [form for form in LOCAL_FORMS if form not in ("es-ES", "pt-PT")])
@pytest.mark.parametrize("purpose", SHOWN)
def test_messages_of_a_country_read_as_they_did(renderer: Renderer, purpose: Purpose, form: str) -> None:
    message = renderer.render(_sample(purpose, form))
    text = f"Subject: {message.subject}\n\n{message.text}"
    golden = GOLDEN / f"{purpose}-{form}.txt"
    if os.environ.get("PUNTUAL_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), (
        f"run with PUNTUAL_UPDATE_GOLDEN=1 if {golden.name} should change"
    )


@pytest.mark.parametrize(
    ("form", "says", "does_not_say"),
    [
        ("es-ES", "NIF B12345674|intereses de demora|Albarán|Concepto", "RFC|RUT|CUIT|moratorios"),
        ("es-MX", "RFC B12345674|CLABE|intereses moratorios|Remisión|Atentamente", "demora|costes|Albarán|NIF"),
        ("es-CL", "RUT B12345674|Guía de despacho|intereses por mora|Glosa", "demora|costes|Albarán|NIF"),
        ("es-AR", "CUIT B12345674|Remito|COMPROBANTES|gastos de cobranza", "demora|costes|Albarán|NIF|\\bvos\\b"),
        ("es-CO", "NIT B12345674|intereses de mora\\b|Referencia de pago", "demora|costes|Albarán|NIF"),
        ("pt-PT", "NIF B12345674|Exmo|contacte-nos", "CNPJ|PIX|conosco"),
        ("pt-BR", "CNPJ B12345674|Prezado|novos pedidos|entre em contato conosco|Atenciosamente", "NIF|encomenda|contact[eo]|regist[oa]\\b|consigo"),
    ],
)  # fmt: skip
def test_a_country_reads_its_own_words(renderer: Renderer, form: str, says: str, does_not_say: str) -> None:
    sample = _sample("overdue", form)
    account = renderer.creditor.company.bank_details["EUR"]
    company = renderer.creditor.company.model_copy(update={"bank_details": {sample.currency: account}})
    text = replace(renderer, creditor=Creditor(company, AS_OF)).render(sample).text
    for word in says.split("|"):
        assert re.search(word, text), word
    assert not re.search(does_not_say, text)


@pytest.mark.parametrize(
    ("item_count", "says"), [(1, "el pago del siguiente documento"), (2, "el pago de los siguientes documentos")]
)
def test_a_firm_message_contracts_the_article(renderer: Renderer, item_count: int, says: str) -> None:
    sample = _sample("overdue", "es-ES")
    items = sample.items[:item_count]
    total = sum((item.open_amount for item in items), Decimal(0))
    message = renderer.render(replace(sample, items=items, total_amount=total))
    for text in (message.text, message.html):
        assert says in text
        assert "de el " not in text


@pytest.mark.parametrize("form", LOCAL_FORMS)
def test_every_sample_renders_for_every_country(renderer: Renderer, form: str) -> None:
    language, country = form.split("-")
    for sample in samples():
        if sample.language == language:
            total = sum((item.said_amount for item in sample.items), Decimal(0))
            message = renderer.render(replace(sample, customer_country=country, total_amount=total))
            assert f'lang="{form}"' in message.html
            assert not re.search(r"\b(?:registo|contacto|faturação|encomenda)", message.text) or form != "pt-BR"


@pytest.mark.parametrize("form", LOCAL_FORMS)
def test_no_phrase_of_a_country_is_dead(form: str) -> None:
    language = form.partition("-")[0]
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in (*PURPOSES, "layout")
        for path in (TEMPLATES / folder / language).glob("*.j2")
    ) + CLAIMS.read_text(encoding="utf-8")
    local = _local(form)
    assert [phrase for phrase in local.phrases if phrase not in sources] == []
    for name in local.labels:
        assert f'"{name}"' in sources


def test_what_is_put_in_is_not_replaced_again_and_words_stay_whole() -> None:
    local = LocalWords(phrases={"a b": "c", "c": "d", "b": "x", "pedidos": "p"})
    assert local.said("a b, c, b, ab, pedidoss, pedidos") == "c, d, x, ab, pedidoss, p"


def test_a_debtor_of_a_country_without_words_of_its_own_reads_the_languages(renderer: Renderer) -> None:
    sample = replace(sample_reminder(purpose="overdue", language="es"), customer_country="UY")
    assert "Identificación fiscal B12345674" in renderer.render(sample).text


def test_countries_rendered_in_turn_do_not_mix(renderer: Renderer) -> None:
    spain, mexico = _sample("overdue", "es-ES"), _sample("overdue", "es-MX")
    first = renderer.render(spain)
    assert "RFC" in renderer.render(mexico).text
    assert renderer.render(spain) == first


def test_a_workspace_has_words_of_its_own_for_a_country_and_for_a_step(
    make_workspace: Callable[..., Workspace],
) -> None:
    workspace = make_workspace(
        **{
            "overdue/es-MX/subject.txt.j2": "Para México",
            "steps/second/es/subject.txt.j2": "Del segundo aviso",
            "steps/second/es-CL/subject.txt.j2": "Del segundo, en Chile",
            "layout/es-PE/local.yaml": "labels: {letter: {tax_id: RUC}}\nphrases: {costes de cobro: gastos}",
        }
    )
    renderer = Renderer(
        Creditor(workspace.settings.company, AS_OF), Templates(workspace.paths.templates), copies_collector=False
    )

    def subject(country: str, step: str) -> str:
        sample = sample_reminder(purpose="overdue", language="es")
        return renderer.render(replace(sample, customer_country=country, step=step)).subject

    assert subject("MX", "first") == "Para México"
    assert subject("MX", "second") == "Del segundo aviso"
    assert subject("CL", "second") == "Del segundo, en Chile"
    assert subject("ES", "first").startswith("Estado de su cuenta")
    peru = replace(sample_reminder(purpose="overdue", language="es"), customer_country="PE")
    assert "RUC B12345674" in renderer.render(peru).text
    assert "gastos" in renderer.render(peru).text


@pytest.mark.parametrize("text", ["labels: [", "labels: {a: [1]}", "words: {}", "phrases: {a: {b: c}}"])
def test_local_words_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(SettingsProblem, match="layout/es-XX"):
        local_words(text, "templates/layout/es-XX/local.yaml")
