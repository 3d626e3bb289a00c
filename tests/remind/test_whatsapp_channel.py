"""WhatsApp in detail: requests judged by a description of Meta's API, and what its answers prove."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tasks.problems import SettingsProblem
from tasks.remind.channels.protocol import CannotTell, ChannelError, NotAllowed, NothingLeft, OutcomeUnknown, Refused
from tasks.remind.channels.whatsapp import WhatsappChannel
from tasks.remind.channels.whatsapp_errors import NOT_ALLOWED, REFUSED, TOO_FAST, error_of
from tasks.remind.channels.whatsapp_payload import template_payload
from tasks.remind.whatsapp.message import OutboundWhatsapp, Parameter
from tasks.settings.whatsapp import WhatsappChannel as WhatsappSettings
from tests.remind.provider_answers import told_once

DESCRIPTION = Path(__file__).parents[1] / "doubles" / "whatsapp_request.schema.yaml"
MakeChannel = Callable[..., WhatsappChannel]
MakeWhatsapp = Callable[..., OutboundWhatsapp]


@cache
def _judge() -> Draft202012Validator:
    return Draft202012Validator(yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8")))


_TEXT = st.text(min_size=1, max_size=80)
_PARAMETERS = st.lists(
    st.builds(Parameter, st.none() | st.from_regex(r"[a-z_]{1,20}", fullmatch=True), _TEXT), max_size=6
)


@given(parameters=_PARAMETERS, digits=st.integers(10**6, 10**14), number=st.integers(0, 2**128 - 1))
@settings(max_examples=200, deadline=None)
def test_every_request_fits_the_providers_description(parameters: list[Parameter], digits: int, number: int) -> None:
    message = OutboundWhatsapp(
        reminder_id=f"{number:032x}", language="es", as_of=date(2026, 11, 20), recipient=f"+{digits}",
        template="estado_de_cuenta", language_code="es_MX", parameters=tuple(parameters), text="",
    )  # fmt: skip
    payload = json.loads(json.dumps(template_payload(message)))
    assert list(_judge().iter_errors(payload)) == []
    assert payload["biz_opaque_callback_data"] == message.reminder_id


def test_what_the_judge_would_object_to_is_objected_to(make_whatsapp: MakeWhatsapp) -> None:
    payload = json.loads(json.dumps(template_payload(make_whatsapp(1))))
    assert list(_judge().iter_errors({**payload, "colour": "red"}))
    assert list(_judge().iter_errors({**payload, "type": "text"}))
    assert list(_judge().iter_errors({**payload, "template": {"name": "x"}}))
    assert list(_judge().iter_errors({**payload, "to": "600123456"}))


def test_variables_go_by_their_name_or_by_their_place(make_whatsapp: MakeWhatsapp) -> None:
    named = make_whatsapp(1, parameters=(Parameter("company_name", "Ebro"), Parameter("deadline", "4 de diciembre")))
    numbered = make_whatsapp(1, parameters=(Parameter(None, "Ebro"),))
    assert template_payload(named)["template"] == {
        "name": "puntual_overdue",
        "language": {"policy": "deterministic", "code": "es"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": "company_name", "text": "Ebro"},
                    {"type": "text", "parameter_name": "deadline", "text": "4 de diciembre"},
                ],
            }
        ],
    }
    assert "parameter_name" not in json.dumps(template_payload(numbered))


@pytest.mark.parametrize(
    ("fault", "error", "was_accepted"),
    [
        ("rate_limit", NothingLeft, False),
        ("pair_limit", NothingLeft, False),
        ("error_before", OutcomeUnknown, False),
        ("error_after", OutcomeUnknown, True),
        ("unavailable_before", OutcomeUnknown, False),
        ("unavailable_after", OutcomeUnknown, True),
        ("drop_before", OutcomeUnknown, False),
        ("drop_after", OutcomeUnknown, True),
        ("hang_before", OutcomeUnknown, False),
        ("html_413", Refused, False),
        ("html_500", OutcomeUnknown, False),
        ("undeliverable", Refused, False),
        ("no_template", NotAllowed, False),
        ("expired", NotAllowed, False),
        ("locked", NotAllowed, False),
        ("truncated", OutcomeUnknown, True),
        ("without_id", OutcomeUnknown, True),
        ("truncated_error", Refused, False),
    ],
)
def test_each_answer_is_told_as_what_it_proves_and_nothing_is_repeated(  # noqa: PLR0917 - fixtures
    whatsapp_provider: tuple[Any, str],
    whatsapp_channel: MakeChannel,
    make_whatsapp: MakeWhatsapp,
    fault: str,
    error: type[ChannelError],
    was_accepted: bool,
) -> None:
    state, url = whatsapp_provider
    told = told_once(state, whatsapp_channel(url), make_whatsapp, fault=fault, kind=error, was_accepted=was_accepted)
    assert isinstance(told, NotAllowed) == (error is NotAllowed)
    assert "+34" not in str(told)


def _answer(status: int, code: int | None, **more: object) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, **more}})


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_the_code_counts_and_not_the_status_that_it_comes_with(status: int) -> None:
    for code in TOO_FAST:
        assert isinstance(error_of(_answer(status, code)), NothingLeft)
    for code in NOT_ALLOWED:
        assert type(error_of(_answer(status, code))) is NotAllowed
    for code in REFUSED.keys() - {100} if status != 429 else ():
        assert type(error_of(_answer(status, code))) is Refused


def test_a_wrong_phone_number_id_is_not_taken_for_a_wrong_recipient() -> None:
    assert type(error_of(_answer(400, 100, error_subcode=33))) is NotAllowed
    assert type(error_of(_answer(400, 100))) is Refused
    assert type(error_of(_answer(404, 2500))) is NotAllowed
    assert type(error_of(_answer(400, 999_999))) is Refused
    assert type(error_of(_answer(500, 999_999))) is OutcomeUnknown
    assert type(error_of(_answer(408, None))) is OutcomeUnknown


def test_the_limit_for_one_number_says_how_long_to_wait() -> None:
    limited = error_of(_answer(400, 131056))
    assert isinstance(limited, NothingLeft)
    assert limited.retry_after_seconds == 6
    asked = error_of(httpx.Response(429, headers={"Retry-After": "30"}))
    assert isinstance(asked, NothingLeft)
    assert asked.retry_after_seconds == 30


def test_what_lacks_a_value_is_refused_before_anything_leaves(
    whatsapp_provider: tuple[Any, str], whatsapp_channel: MakeChannel, make_whatsapp: MakeWhatsapp
) -> None:
    state, url = whatsapp_provider
    with pytest.raises(Refused, match="deadline"):
        whatsapp_channel(url).send(make_whatsapp(1, parameters=(Parameter("deadline", ""),)))
    assert state.requests == 0


def test_nobody_can_ask_what_became_of_a_message(whatsapp_channel: MakeChannel) -> None:
    channel = whatsapp_channel("http://127.0.0.1:9")
    assert isinstance(channel.lookup("0" * 32), CannotTell)
    assert not channel.proves_absence


def test_without_a_token_the_setting_is_named() -> None:
    with pytest.raises(SettingsProblem, match="MY_TOKEN"):
        WhatsappChannel(WhatsappSettings(phone_number_id="1", token_env="MY_TOKEN"), {})


def test_whatever_goes_wrong_what_is_told_of_a_message_is_true(
    whatsapp_double: ModuleType, whatsapp_channel: MakeChannel, make_whatsapp: MakeWhatsapp
) -> None:
    faults = [fault for fault in whatsapp_double.FAULTS if not fault.startswith("hang")]
    state = whatsapp_double.Provider(token="right", seed=7, probabilities=dict.fromkeys(faults, 0.03))
    told: dict[str, type[Exception] | None] = {}
    with whatsapp_double.serving(state) as url:
        channel = whatsapp_channel(url, timeout_seconds=10)
        for n in range(500):
            message = make_whatsapp(n, recipient=f"+346{n:08}" if n % 1000 else "+34600123001")
            try:
                channel.send(message)
                told[message.reminder_id] = None
            except ChannelError as error:
                told[message.reminder_id] = type(error)
        channel.close()
    arrived = [entry["reminder_id"] for entry in state.accepted]
    assert len(arrived) == len(set(arrived)), "nothing is repeated"
    assert {one for one, error in told.items() if error is None} <= set(arrived)
    definite = {one for one, error in told.items() if error is not None and not issubclass(error, OutcomeUnknown)}
    assert definite.isdisjoint(arrived)
    assert {OutcomeUnknown, NotAllowed, Refused} <= set(told.values())
