"""SendGrid in detail: requests judged by the provider's own API description, and what its answers prove."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.problems import SettingsProblem
from tasks.remind.channels.protocol import Channel, ChannelError, NotAllowed, NothingLeft, OutcomeUnknown, Refused
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.channels.sendgrid_payload import CATEGORY, mail_payload
from tasks.remind.outbound import OutboundMessage, clean_line, mailbox
from tasks.settings.sending import SendgridChannel as SendgridSettings
from tests.doubles.sendgrid_request import violations_of
from tests.remind.provider_answers import told_once

MakeMessage = Callable[..., OutboundMessage]
MakeChannel = Callable[..., Channel]


_TEXT = st.text(max_size=80)
_LOCAL = st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9]", fullmatch=True)
_BOX = st.builds(lambda name, local: mailbox(name=name, email=f"{local}@talleres.example"), _TEXT, _LOCAL)


@given(
    sender=_BOX, reply_to=_BOX, recipient=_BOX, copy_to=st.none() | _BOX, subject=_TEXT, text=_TEXT, html=_TEXT,
    language=st.sampled_from(["es", "en", "pt"]), number=st.integers(0, 2**128 - 1),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_every_request_fits_the_providers_description(number: int, **parts: Any) -> None:
    parts["subject"] = clean_line(parts["subject"]) or "x"
    parts["text"], parts["html"] = parts["text"] or "x", parts["html"] or "x"
    message = OutboundMessage(reminder_id=f"{number:032x}", as_of=date(2026, 11, 20), **parts)
    payload = json.loads(json.dumps(mail_payload(message)))
    assert violations_of(payload) == []
    envelope = payload["personalizations"][0]
    addresses = [box["email"].lower() for kind in ("to", "cc", "bcc") for box in envelope.get(kind, [])]
    assert len(addresses) == len(set(addresses)), "an address may appear only once"
    assert envelope["custom_args"] == {"reminder_id": message.reminder_id}
    assert payload["categories"] == [CATEGORY]
    for header in payload["headers"].values():
        assert _has_no_control(header)
    for box in (payload["from"], payload["reply_to"], *envelope["to"], *envelope.get("bcc", [])):
        assert _has_no_control(box.get("name", ""))
    assert [part["value"] for part in payload["content"]] == [message.text, message.html]


def _has_no_control(text: str) -> bool:
    return not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in text)


def test_what_the_judge_would_object_to_is_objected_to(make_message: MakeMessage) -> None:
    payload = json.loads(json.dumps(mail_payload(make_message(1))))
    assert violations_of({**payload, "subject": ""})
    assert violations_of({**payload, "colour": "red"})
    assert violations_of({key: value for key, value in payload.items() if key != "from"})


@pytest.mark.parametrize(
    ("fault", "error", "was_accepted"),
    [
        ("rate_limit", NothingLeft, False),
        ("error_before", OutcomeUnknown, False),
        ("error_after", OutcomeUnknown, True),
        ("drop_before", OutcomeUnknown, False),
        ("drop_after", OutcomeUnknown, True),
        ("hang_before", OutcomeUnknown, False),
        ("html_413", Refused, False),
        ("bad_request", Refused, False),
        ("truncated", Refused, False),
        ("unauthorized", NotAllowed, False),
        ("forbidden", NotAllowed, False),
    ],
)
def test_each_answer_is_told_as_what_it_proves_and_nothing_is_repeated(  # noqa: PLR0917 - fixtures
    provider: tuple[Any, str],
    sendgrid_channel: MakeChannel,
    make_message: MakeMessage,
    fault: str,
    error: type[ChannelError],
    was_accepted: bool,
) -> None:
    state, url = provider
    told = told_once(state, sendgrid_channel(url), make_message, fault=fault, kind=error, was_accepted=was_accepted)
    assert "@" not in str(told)


def test_a_rate_limit_says_how_long_to_wait_without_reading_a_clock(
    provider: tuple[Any, str], sendgrid_channel: MakeChannel, make_message: MakeMessage
) -> None:
    state, url = provider
    state.reset_after_seconds = 30
    state.queue("rate_limit")
    with pytest.raises(NothingLeft) as raised:
        sendgrid_channel(url).send(make_message(1))
    assert raised.value.retry_after_seconds is not None
    assert 28 <= raised.value.retry_after_seconds <= 31


def test_the_receipt_carries_the_providers_message_id(
    provider: tuple[Any, str], sendgrid_channel: MakeChannel, make_message: MakeMessage
) -> None:
    state, url = provider
    assert sendgrid_channel(url).send(make_message(1)).provider_message_id == state.accepted[0]["message_id"]


def test_the_field_complained_about_is_told_and_the_address_is_not(
    provider: tuple[Any, str], sendgrid_channel: MakeChannel, make_message: MakeMessage
) -> None:
    state, url = provider
    state.queue("bad_request")
    with pytest.raises(Refused, match=r"personalizations\.0\.to\.0\.email"):
        sendgrid_channel(url).send(make_message(1))


def test_without_an_api_key_the_setting_is_named() -> None:
    with pytest.raises(SettingsProblem, match="MY_KEY"):
        SendgridChannel(SendgridSettings(api_key_env="MY_KEY"), {})


@pytest.mark.parametrize("key", ["SG.right\n", "  SG.right \r\n"])
def test_the_line_end_that_a_file_leaves_on_a_key_is_taken_off(key: str) -> None:
    channel = SendgridChannel(SendgridSettings(), {"SENDGRID_API_KEY": key})
    assert channel._client.headers["Authorization"] == "Bearer SG.right"


@pytest.mark.parametrize("key", ["SG.a\nSG.b", "SG.a b", "SG.a\x00", "SG.ñ", "SG.a\u200b", "   "])
def test_a_key_that_cannot_be_one_is_refused_before_anything_is_claimed(key: str) -> None:
    with pytest.raises(SettingsProblem, match="SENDGRID_API_KEY") as raised:
        SendgridChannel(SendgridSettings(), {"SENDGRID_API_KEY": key})
    assert "SG." not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.LocalProtocolError("Illegal header value"), NothingLeft),
        (httpx.UnsupportedProtocol("no scheme"), NothingLeft),
        (httpx.InvalidURL("no host"), NothingLeft),
        (httpx.ConnectError("refused"), NothingLeft),
        (httpx.RemoteProtocolError("half an answer"), OutcomeUnknown),
        (httpx.WriteError("broken pipe"), OutcomeUnknown),
    ],
)
def test_what_failed_before_a_byte_left_is_told_from_what_failed_after(
    sendgrid_channel: MakeChannel, make_message: MakeMessage, error: Exception, expected: type[Exception]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    channel = sendgrid_channel("http://127.0.0.1:9")
    channel._client._transport = httpx.MockTransport(fail)
    with pytest.raises(expected):
        channel.send(make_message(1))


def test_a_message_that_cannot_be_written_as_a_request_is_refused(
    sendgrid_channel: MakeChannel, make_message: MakeMessage
) -> None:
    with pytest.raises(Refused, match="characters"):
        sendgrid_channel("http://127.0.0.1:9").send(make_message(1, text="half a pair \ud800"))
