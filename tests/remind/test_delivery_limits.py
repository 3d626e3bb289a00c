"""Pace, allow-list and what is told of what is held back: by values, without a ledger where none is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.ledger.opening import open_ledger
from tasks.remind.channels.protocol import NothingLeft, SlowDown
from tasks.remind.channels.smtp import SmtpChannel
from tasks.remind.delivery.allow_list import AllowList, ListedOnly, normal_form
from tasks.remind.delivery.held_back import held_back
from tasks.remind.delivery.outcomes import Claims
from tasks.remind.delivery.pace import LONGEST_HOLD_SECONDS, Pace
from tasks.remind.outbound import OutboundMessage, mailbox
from tasks.segment.ladders import MESSAGE_CHANNELS
from tasks.settings.limits import LimitedChannel
from tasks.settings.load import Workspace
from tasks.settings.sending import Sending

MakeMessage = Callable[..., OutboundMessage]


@pytest.mark.parametrize(
    ("entry", "address", "is_on_it"),
    [
        ("Ana@Acme.Example", " ana@acme.example ", True),
        ("acme.example", "ana@ACME.example", True),
        ("acme.example", "ana@mail.acme.example", False),
        ("acme.example", "ana@notacme.example", False),
        ("@acme.example", "ana@acme.example", True),
        ("*@*.acme.example", "ana@mail.acme.example", True),
        ("test+*@acme.example", "test+3@acme.example", True),
        ("test+*@acme.example", "test@acme.example", False),
        ("*@acme.example", "ana@evil.example@acme.example.evil.example", False),
        ("ana@acme.example", "ana@acme.example.evil.example", False),
        ("bücher.example", "ana@xn--bcher-kva.example", True),
        ("ana@acme.example", "\uff41na@acme.example", True),
        ("a.a@acme.example", "axa@acme.example", False),
        ("+34 600 111 222", "+34600111222", True),
        ("0034 600-111-222", "+34600111222", True),
        ("+34600*", "+34600999999", True),
        ("+34600111222", "+34600111223", False),
        ("+34600111222", "", False),
        ("acme.example", "", False),
    ],
)
def test_an_address_is_on_the_list_however_it_is_written_and_no_other_is(entry, address, is_on_it) -> None:
    assert AllowList([entry]).holds(address) is is_on_it


@given(st.emails())
def test_an_address_is_on_the_list_of_itself_and_not_on_another(address: str) -> None:
    assert normal_form(normal_form(address)) == normal_form(address)
    assert AllowList([address.replace("*", "").replace("?", "")]).holds(address) or "*" in address or "?" in address
    assert not AllowList(["nobody@else.example"]).holds(address)


def test_an_empty_list_lets_nobody_be_written_to(make_message: MakeMessage) -> None:
    assert not AllowList([]).holds_all(make_message(1))


def test_a_copy_must_be_on_the_list_too(make_message: MakeMessage) -> None:
    message = make_message(1)
    assert not AllowList(["talleres.example"]).holds_all(message)
    assert AllowList(["talleres.example", "lucia@acme.example"]).holds_all(message)
    assert AllowList(["talleres.example"]).holds_all(make_message(1, copy_to=None))


def test_who_is_not_on_the_list_is_not_even_claimed(make_message: MakeMessage) -> None:
    asked: list[str] = []

    class Book:
        def claim(self, keys, *, settling=()):
            asked.extend(keys)
            return Claims(claimed=tuple(keys))

        def begin(self, reminder_key):
            raise AssertionError(reminder_key)

        def end(self, attempt):
            raise AssertionError(attempt)

        def settle(self, outcomes):
            raise AssertionError(outcomes)

    own = mailbox(name="", email="test@acme.example")
    messages = {"theirs": make_message(1), "ours": make_message(2, recipient=own)}
    book = ListedOnly(Book(), AllowList(["acme.example"]), messages)
    assert book.claim(["theirs", "ours"]) == Claims(claimed=("ours",), not_listed=1)
    assert asked == ["ours"]


@pytest.mark.parametrize("entry", ["", "*", "ana", "ana@", "12", "not a domain"])
def test_an_entry_that_means_nobody_is_refused_with_what_it_may_be(entry: str) -> None:
    with pytest.raises(ValidationError, match=r"is no address \(ana@acme.example\), domain"):
        Sending.model_validate({"only_to": [entry]})


def test_limits_by_channel_know_every_channel_of_messages() -> None:
    assert set(get_args(LimitedChannel)) == set(MESSAGE_CHANNELS)


@dataclass
class Provider:
    """Takes so many messages in each second, and refuses the others until the next one."""

    per_second: int
    second: int = -1
    taken: int = 0

    def takes(self, now: float) -> bool:
        if int(now) != self.second:
            self.second, self.taken = int(now), 0
        self.taken += 1
        return self.taken <= self.per_second


@pytest.mark.parametrize("allowed", [2, 10, 100])
def test_the_pace_comes_near_to_what_a_provider_takes_and_asks_in_vain_seldom(allowed: int) -> None:
    pace, provider, now = Pace(), Provider(allowed), 0.0
    taken = refused = 0
    while now < 120:
        now += pace.turn(now)
        begun_at = now
        now += 0.002
        if provider.takes(begun_at):
            pace.taken()
            taken += 1
        else:
            pace.slow_down(now, begun_at=begun_at, hold=None)
            refused += 1
    assert taken >= 0.6 * allowed * 120
    assert refused <= 0.1 * taken


def test_refusals_of_messages_that_were_under_way_halve_the_pace_once() -> None:
    pace = Pace(100.0)
    assert pace.slow_down(10.0, begun_at=9.9, hold=2.0)
    assert not pace.slow_down(10.1, begun_at=9.95, hold=2.0)
    assert pace.per_second == 50.0
    assert pace.turn(10.1) == pytest.approx(2.0)


def test_the_pace_never_rises_above_what_the_settings_allow_and_no_hold_is_endless() -> None:
    pace = Pace(10.0)
    pace.slow_down(0.0, begun_at=0.0, hold=9_999.0)
    assert pace.hold_left(0.0) == LONGEST_HOLD_SECONDS
    for _ in range(10_000):
        pace.taken()
    assert pace.per_second == 10.0


def test_a_server_that_is_brought_too_much_asks_for_less_and_one_that_puts_off_a_recipient_does_not(
    postbox, smtp_channel: Callable[..., SmtpChannel], make_message: MakeMessage
) -> None:
    box, port = postbox
    channel = smtp_channel(port)
    box.reply = "421 4.7.0 too many messages, try again later"
    with pytest.raises(SlowDown):
        channel.send(make_message(1))
    box.reply = "451 greylisted"
    with pytest.raises(NothingLeft) as raised:
        channel.send(make_message(2))
    assert not isinstance(raised.value, SlowDown)
    channel.close()


def test_a_stop_a_list_and_a_full_day_are_told_with_what_lets_them_go(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace()
    sending = Sending.model_validate(
        {"only_to": ["debtor.example"], "limits": {"per_day": 0, "per_channel": {"email": 5}}}
    )
    workspace = Workspace(workspace.paths, workspace.settings.model_copy(update={"sending": sending}))
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    with open_ledger(workspace, clock=lambda: now) as ledger:
        assert [problem.severity for problem in _told(workspace, ledger, now)] == ["warning"] * 2
        ledger.stop(channel="email", reason="wrong bank details", author="ana")
        stop, listed, limit = _told(workspace, ledger, now)
    assert "sending by email is stopped since 2026-06-01 09:00 UTC by ana: wrong bank details" in stop.what
    assert "--release" in stop.fix
    assert "the collector, who gets a copy of every e-mail, is not on the list" in listed.what
    assert "per_day (0) is reached" in limit.what
    assert "per_channel" not in limit.what


def _told(workspace, ledger, now):
    return list(held_back(workspace, ledger, as_of=date(2026, 6, 1), now=now))
