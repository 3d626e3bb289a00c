"""What each channel proves, costs and shows; and that nothing which others may see or hear says that anything is owed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import cast

import pytest
import yaml

from tasks.answers.links import sample_links
from tasks.remind.channels.facts import FACTS, Proof, proof_of
from tasks.remind.channels.table import channel_rows
from tasks.remind.channels.third_person import revealing_words
from tasks.remind.creditor import Creditor
from tasks.remind.outbound import clean_line
from tasks.remind.reminder import TONES
from tasks.remind.samples import AS_OF, bare, longest, mixed, sample_reminder
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.remind.whatsapp.choosing import LANGUAGES as WHATSAPP_LANGUAGES
from tasks.remind.whatsapp.parameters import value_of
from tasks.remind.whatsapp.submission import settings_of, submissions
from tasks.remind.whatsapp.texts import BODY_ALLOWED, shipped_purposes, shipped_text
from tasks.segment.ladders import CHANNELS, PURPOSES, Purpose
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.settings.sending import Sending
from tasks.settings.workspace import Company
from tasks.worklist.brief import Teller

MakeWorkspace = Callable[..., Workspace]


def test_every_channel_has_its_facts() -> None:
    assert set(FACTS) == set(CHANNELS)
    assert all(facts.shows for facts in FACTS.values())


def test_what_lies_in_a_letter_box_disturbs_nobody_and_what_rings_does() -> None:
    assert not FACTS["letter"].keeps_hours
    assert all(FACTS[channel].keeps_hours for channel in ("email", "whatsapp", "call", "visit"))


@pytest.mark.parametrize(
    ("sending", "channel", "proof"),
    [
        ({}, "email", Proof.NONE),
        ({"email": {"type": "smtp", "host": "mail.acme.example"}}, "email", Proof.SENT),
        ({"email": {"type": "sendgrid"}}, "email", Proof.SENT),
        ({"email": {"type": "sendgrid", "events": {}}}, "email", Proof.DELIVERED),
        ({}, "whatsapp", Proof.NONE),
        ({"whatsapp": {"phone_number_id": "1"}}, "whatsapp", Proof.SENT),
        ({"whatsapp": {"phone_number_id": "1", "events": {}}}, "whatsapp", Proof.DELIVERED),
        ({}, "letter", Proof.NONE),
        ({"letter": {"folder": "letters"}}, "letter", Proof.SENT),
        ({"letter": {"folder": "letters", "proof": "burofax"}}, "letter", Proof.REGISTERED),
        ({}, "call", Proof.NONE),
    ],
)
def test_a_channel_proves_what_its_set_up_can_show(sending: dict[str, object], channel: str, proof: Proof) -> None:
    assert proof_of(Sending.model_validate(sending), channel) is proof  # type: ignore[arg-type]


def test_the_table_takes_costs_and_fallbacks_from_the_strategy(make_workspace: MakeWorkspace) -> None:
    steps = [
        {"step": "a", "after_due": 3, "channel": "whatsapp", "fallback_channels": ["email", "call"]},
        {"step": "b", "after_due": 9, "channels": ["email", "call"]},
    ]
    costs = {"financing_rate": 6, "contact_cost": {"EUR": {"email": 0.05, "call": 4}, "MXN": {"call": 60}}}
    strategy = Strategy.model_validate(
        {
            "segments": [{"name": "all", "ladder": "usual"}],
            "ladders": {"usual": steps},
            "credit_policy": {"cost_to_serve": costs},
        }
    )
    rows = {row.channel: row for row in channel_rows(make_workspace(), strategy)}
    assert list(rows) == list(CHANNELS)
    assert (rows["whatsapp"].is_set_up, rows["whatsapp"].steps, rows["whatsapp"].fallbacks) == (
        False,
        1,
        ("email", "call"),
    )
    assert (rows["email"].is_set_up, rows["email"].steps, rows["email"].costs) == (True, 2, {"EUR": Decimal("0.05")})
    assert rows["call"].costs == {"EUR": Decimal(4), "MXN": Decimal(60)}
    assert rows["letter"].costs == {}


# What a third person may see


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_subject_says_that_anything_is_owed(
    purpose: Purpose, language: str, company: Company, templates: Templates
) -> None:
    creditor = Creditor(company, AS_OF)
    for tone in TONES:
        full = sample_reminder(purpose=purpose, language=language, tone=tone)
        for reminder in (full, bare(full), longest(full), mixed(full)):
            subject = templates.render(creditor.words(reminder)).subject
            assert revealing_words(subject, language) == []


@pytest.mark.parametrize("language", WHATSAPP_LANGUAGES)
@pytest.mark.parametrize("has_links", [True, False])
def test_no_whatsapp_message_says_so_on_a_locked_phone(language: str, has_links: bool) -> None:
    for purpose in shipped_purposes():
        text = shipped_text(purpose, language, has_links=has_links)  # type: ignore[arg-type]
        assert text is not None
        assert revealing_words(f"{text.body}\n{text.footer}", language) == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_voicemail_says_so(language: str) -> None:
    said = Teller(company="Suministros Ebro, S.A.", country="ES", language=language).voicemail()  # type: ignore[arg-type]
    assert "Suministros Ebro" in said
    assert revealing_words(said, language) == []


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Facturas vencidas por 1.210,50 €", "es", ["vencidas"]),
        ("Próximo vencimiento de sus documentos", "es", []),
        ("Aviso de COBRO y recargos", "es", ["cobro", "recargos"]),
        ("Su deuda, en mora", "es", ["deuda", "mora"]),
        ("Saldo 12,00", "es", ["saldo", "12,00"]),
        ("Your overdue balance", "en", ["overdue", "balance"]),
        ("The latest statement of your account", "en", []),
        ("Total: 1,210.50 MXN", "en", ["1,210.50 MXN"]),
        ("A sua dívida está em atraso", "pt", ["divida", "atraso"]),
        ("Data de vencimento dos seus documentos", "pt", []),
        ("ref. F26-001234, 976 000 000", "es", []),
    ],
)
def test_words_of_debt_and_amounts_are_recognised(text: str, language: str, found: list[str]) -> None:
    assert [one for one in revealing_words(text, language) if one in found] == found
    assert bool(revealing_words(text, language)) == bool(found)


# What is submitted to Meta


def test_a_submission_has_every_variable_with_an_example_that_fits(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    found = submissions(workspace, list(PURPOSES))
    assert [(one.text.purpose, one.text.language) for one in found] == [
        (purpose, language) for purpose in shipped_purposes() for language in WHATSAPP_LANGUAGES
    ]
    for one in found:
        body, footer = cast("list[dict[str, object]]", one.as_json()["components"])
        assert set(one.examples) == set(one.text.parameters)
        assert all(value and value == clean_line(value) for value in one.examples.values())
        assert len(one.text.body) + sum(map(len, one.examples.values())) <= BODY_ALLOWED
        assert body["type"] == "BODY"
        assert footer["text"] == one.text.footer


def test_the_settings_that_are_printed_are_settings(make_workspace: MakeWorkspace) -> None:
    printed = yaml.safe_load(settings_of(submissions(make_workspace(), ["overdue", "statement"])))
    sending = Sending.model_validate({"whatsapp": {"phone_number_id": "1", **printed}})
    assert sending.whatsapp is not None
    assert sending.whatsapp.templates["statement"]["pt"].name == "puntual_statement"


def test_texts_never_hold_a_value_that_their_reader_could_not_have(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace()
    words = Creditor(workspace.settings.company, AS_OF, sample_links(workspace)).words(
        sample_reminder(purpose="overdue", language="es")
    )
    assert value_of("answer_link", words) == ""
    assert value_of("recipient", words) == "Marta Gil Arce"
