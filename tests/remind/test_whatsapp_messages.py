"""What a debtor reads on WhatsApp: approved templates, filled with the words of e-mails, to a number that can be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tasks.problems import SettingsProblem
from tasks.remind.channels.third_person import revealing_words
from tasks.remind.creditor import Creditor
from tasks.remind.preview import write_preview
from tasks.remind.reminder import Batch
from tasks.remind.samples import AS_OF, bare, longest, mixed, sample_reminder
from tasks.remind.whatsapp.check import purposes_by_whatsapp, whatsapp_problems
from tasks.remind.whatsapp.choosing import LANGUAGES
from tasks.remind.whatsapp.message import Parameter
from tasks.remind.whatsapp.parameters import PARAMETERS, value_of
from tasks.remind.whatsapp.rendering import WhatsappRenderer
from tasks.remind.whatsapp.texts import BODY_ALLOWED, shipped_purposes, shipped_text
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.settings.sending import Sending

MakeWorkspace = Callable[..., Workspace]
ALL_LANGUAGES = {language: {"name": f"puntual_overdue_{language}"} for language in LANGUAGES}
SHIPPED: list[tuple[str, str]] = [(purpose, language) for purpose in shipped_purposes() for language in LANGUAGES]


def with_templates(workspace: Workspace, templates: dict[str, object]) -> Workspace:
    sending = Sending.model_validate({"whatsapp": {"phone_number_id": "1", "templates": templates}})
    return replace(workspace, settings=workspace.settings.model_copy(update={"sending": sending}))


def renderer_of(workspace: Workspace) -> WhatsappRenderer:
    return WhatsappRenderer(workspace, Creditor(workspace.settings.company, AS_OF))


def strategy_saying(*purposes: str, channel: str = "whatsapp") -> Strategy:
    steps = [
        {"step": f"step_{n}", "after_due": n + 5, "purpose": one, "channel": channel} for n, one in enumerate(purposes)
    ]
    return Strategy.model_validate({"segments": [{"name": "all", "ladder": "usual"}], "ladders": {"usual": steps}})


def test_a_message_is_the_approved_template_with_words_of_the_readers_language(make_workspace: MakeWorkspace) -> None:
    workspace = with_templates(
        make_workspace(), {"overdue": {**ALL_LANGUAGES, "es": {"name": "aviso", "language_code": "es_MX"}}}
    )
    reminder = replace(
        sample_reminder(purpose="overdue", language="es"), recipient_address="600 12 30 01", customer_country="ES"
    )
    message = renderer_of(workspace).render(reminder)
    assert (message.template, message.language_code, message.language) == ("aviso", "es_MX", "es")
    assert message.recipient == "+34600123001"
    assert Parameter("company_name", workspace.settings.company.name) in message.parameters
    assert Parameter("deadline", "30 de noviembre de 2026") in message.parameters
    assert message.text.startswith("Hola, Marta Gil Arce: en Suministros Industriales Ebro, S.A. tenemos una consulta")
    assert "{{" not in message.text
    assert message.text.endswith("Para no recibir más mensajes, responda BAJA.\n")


def test_variables_of_an_own_template_go_by_place_where_it_numbers_them(make_workspace: MakeWorkspace) -> None:
    own = {"name": "own", "parameters": ["customer_name", "total"], "named": False}
    message = renderer_of(with_templates(make_workspace(), {"overdue": {"es": own}})).render(
        sample_reminder(purpose="overdue", language="es")
    )
    assert message.parameters == (Parameter(None, "Talleres Ebro, S.L."), Parameter(None, "20.102,87 €"))
    assert message.text.startswith("own (es)\ncustomer_name: Talleres Ebro, S.L.\n")


def test_a_reader_whose_language_has_no_template_gets_the_companys_in_whole(make_workspace: MakeWorkspace) -> None:
    workspace = with_templates(make_workspace(), {"overdue": {"es": {"name": "aviso"}}})
    message = renderer_of(workspace).render(sample_reminder(purpose="overdue", language="pt"))
    assert (message.language, message.language_code) == ("es", "es")
    assert Parameter("deadline", "30 de noviembre de 2026") in message.parameters


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("600123001", "ES", "+34600123001"),
        ("+52 55 1234 5678", "ES", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        ("600123001 y 600123002", "ES", ""),
        ("", "ES", ""),
        (None, "ES", ""),
    ],
)
def test_a_number_is_made_international_or_left_out(
    make_workspace: MakeWorkspace, written: str | None, country: str, number: str
) -> None:
    workspace = with_templates(make_workspace(), {"overdue": ALL_LANGUAGES})
    reminder = sample_reminder(purpose="overdue", language="es")
    message = renderer_of(workspace).render(replace(reminder, recipient_address=written, customer_country=country))
    assert message.recipient == number


def test_without_a_template_nothing_is_claimed_and_the_setting_is_named(make_workspace: MakeWorkspace) -> None:
    renderer = renderer_of(with_templates(make_workspace(), {}))
    with pytest.raises(SettingsProblem, match=r"sending\.whatsapp\.templates\.overdue\.es"):
        list(renderer.render_all([sample_reminder(purpose="overdue", language="en")]))


def test_a_preview_shows_the_message_as_it_will_read(
    make_workspace: MakeWorkspace, make_whatsapp: Callable[..., object]
) -> None:
    workspace = with_templates(make_workspace(), {"overdue": ALL_LANGUAGES})
    reminder = replace(sample_reminder(purpose="overdue", language="en"), recipient_name="<b>Ann</b>")
    message = renderer_of(workspace).render(reminder)
    folder = workspace.paths.root / "preview"
    assert write_preview(folder, Batch("all", "whatsapp", 1), [message]) == 1
    (page,) = folder.rglob(f"{message.reminder_id}.html")
    assert "&lt;b&gt;Ann&lt;/b&gt;" in page.read_text(encoding="utf-8")
    assert "has a question about your account" in page.read_text(encoding="utf-8")


# The texts that are shipped


@pytest.mark.parametrize(("purpose", "language"), SHIPPED)
@pytest.mark.parametrize("has_links", [True, False])
def test_a_shipped_text_is_fit_for_approval_and_for_a_locked_phone(
    purpose: str, language: str, has_links: bool
) -> None:
    text = shipped_text(purpose, language, has_links=has_links)  # type: ignore[arg-type]
    assert text is not None
    assert len(text.body) + 90 * len(text.parameters) <= BODY_ALLOWED, "with variables filled it may grow too long"
    assert not re.match(r"\{\{|.*\}\}$", text.body, re.DOTALL), "Meta wants no variable first or last"
    assert "{{" not in text.footer
    assert set(text.parameters) <= PARAMETERS.keys() - {"total", "promised_amount"}
    assert ("answer_link" in text.parameters) == (has_links and purpose != "thank_you")
    assert {"company_name", "collector_email"} <= set(text.parameters)
    assert any(word in text.footer for word in ("BAJA", "STOP", "PARAR"))
    assert revealing_words(text.body + text.footer, language) == []


@pytest.mark.parametrize(("purpose", "language"), SHIPPED)
def test_no_variable_of_a_shipped_text_is_ever_empty(
    purpose: Purpose, language: str, make_workspace: MakeWorkspace
) -> None:
    text = shipped_text(purpose, language, has_links=False)  # type: ignore[arg-type]
    assert text is not None
    creditor = Creditor(make_workspace().settings.company, AS_OF)
    full = sample_reminder(purpose=purpose, language=language)
    for reminder in (full, bare(full), longest(full), mixed(full)):
        words = creditor.words(reminder)
        assert all(value_of(name, words) for name in text.parameters)


def test_what_hurts_has_no_text_for_a_locked_phone() -> None:
    missing = set(PURPOSES) - set(shipped_purposes())
    assert missing == {"discount_offer", "suspension_deadline", "suspension", "legal_deadline", "hand_over"}


# What `puntual check` finds


def findings(workspace: Workspace, *purposes: str) -> list[tuple[str, str, str]]:
    found = whatsapp_problems(workspace, strategy_saying(*purposes))
    return [
        (problem.severity, problem.where.removeprefix("puntual.yaml: sending.whatsapp"), problem.what)
        for problem in found
    ]


def test_a_strategy_without_whatsapp_has_nothing_to_set_up(make_workspace: MakeWorkspace) -> None:
    assert whatsapp_problems(make_workspace(), strategy_saying("overdue", channel="email")) == []


def test_a_strategy_with_whatsapp_needs_it_set_up(make_workspace: MakeWorkspace) -> None:
    ((severity, where, what),) = findings(make_workspace(), "overdue", "statement")
    assert (severity, where) == ("error", "")
    assert "overdue, statement" in what


def test_a_complete_set_up_has_no_findings(make_workspace: MakeWorkspace) -> None:
    assert findings(with_templates(make_workspace(), {"overdue": ALL_LANGUAGES}), "overdue") == []


def test_a_purpose_without_a_template_and_languages_that_are_missing_are_told_apart(
    make_workspace: MakeWorkspace,
) -> None:
    workspace = with_templates(make_workspace(), {"overdue": {"es": {"name": "aviso"}}})
    assert [(severity, where) for severity, where, _ in findings(workspace, "overdue", "statement")] == [
        ("warning", ".templates.overdue.en"),
        ("warning", ".templates.overdue.pt"),
        ("error", ".templates.statement.es"),
    ]


@pytest.mark.parametrize(
    ("purpose", "template", "severity", "told"),
    [
        ("overdue", {"name": "own", "parameters": ["customer"]}, "error", "'customer' does not exist"),
        ("overdue", {"name": "own", "parameters": ["promised_on"]}, "error", "'promised_on' can be empty"),
        ("overdue", {"name": "own", "parameters": ["answer_link"]}, "error", "'answer_link' can be empty"),
        ("overdue", {"name": "own", "parameters": ["total"]}, "warning", "'total' is an amount"),
        ("hand_over", {"name": "own"}, "error", "no text for hand_over is shipped"),
        ("overdu", {"name": "own"}, "error", "'overdu' is no purpose"),
    ],
)
def test_a_template_that_could_not_be_filled_is_found(
    make_workspace: MakeWorkspace, purpose: str, template: dict[str, object], severity: str, told: str
) -> None:
    workspace = with_templates(make_workspace(), {purpose: {"es": template}})
    found = findings(workspace)
    assert [one[0] for one in found] == [severity]
    assert told in found[0][2]


def test_fallback_channels_and_confirmations_are_said_by_whatsapp_too() -> None:
    steps = [
        {"step": "ask", "after_invoice": 3, "confirms": "next", "channel": "whatsapp"},
        {"step": "first", "after_due": 3, "channel": "email", "fallback_channels": ["whatsapp"]},
    ]
    strategy = Strategy.model_validate({"segments": [{"name": "all", "ladder": "usual"}], "ladders": {"usual": steps}})
    assert {"invoice_received", "goods_received", "overdue"} <= set(purposes_by_whatsapp(strategy))


def test_the_business_date_is_the_message_date(make_workspace: MakeWorkspace) -> None:
    workspace = with_templates(make_workspace(), {"overdue": ALL_LANGUAGES})
    assert renderer_of(workspace).render(sample_reminder(purpose="overdue", language="es")).as_of == date(2026, 11, 20)
