"""What stops a batch, for how long, and what is left planned then."""

from __future__ import annotations

import contextlib

import pytest

from tasks.remind.channels.protocol import (
    NotAllowed,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
)
from tasks.remind.delivery.breaker import COOL_DOWN_SECONDS, FAILURES_IN_A_ROW, LAST_PROBE, UNKNOWN_IN_A_ROW
from tasks.remind.delivery.outcomes import ChannelStopped, SendCounts
from tasks.remind.outbound import OutboundMessage
from tasks.remind.send import ROUNDS, send_messages
from tests.remind.sending_script import OK, Hours, MakeMessage, Script, messages_of, scripted


def test_a_message_that_never_leaves_stays_planned_and_the_batch_does_not_end_as_a_success(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 2)
    book, channel = scripted(messages, [OK] + [NothingLeft("450")] * ROUNDS)
    with pytest.raises(ChannelStopped, match="1 messages did not leave") as raised:
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert not raised.value.is_lasting
    assert raised.value.counts == SendCounts(accepted=1, not_sent=1)
    assert book.states == {"k000": "accepted", "k001": "planned"}
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 1


def test_refused_credentials_stop_every_batch_of_the_channel_at_once_and_leave_the_rest_planned(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 30)
    book, channel = scripted(messages, [OK, NotAllowed("SendGrid does not accept the API key (401)")])
    lane = hours.lane()
    with pytest.raises(ChannelStopped, match="401") as raised:
        send_messages(messages, book=book, channel=channel, lane=lane)
    assert raised.value.is_lasting
    assert (raised.value.counts.accepted, raised.value.counts.not_sent) == (1, 29)
    assert sorted(book.states.values()) == ["accepted"] + ["planned"] * 29
    other_book, other = scripted(messages, [])
    with pytest.raises(ChannelStopped, match="401"):
        send_messages(messages, book=other_book, channel=other, lane=lane)
    assert other_book.claims == 0


@pytest.mark.parametrize(
    ("failure", "number", "is_lasting"),
    [
        (NothingLeft("refused"), FAILURES_IN_A_ROW + LAST_PROBE["failed"], False),
        (OutcomeUnknown("500"), UNKNOWN_IN_A_ROW + LAST_PROBE["unknown"], True),
    ],
)
def test_failures_in_a_row_stop_the_batch_but_for_a_few_single_probes_after_longer_and_longer_pauses(
    make_message: MakeMessage, hours: Hours, failure: Exception, number: int, is_lasting: bool
) -> None:
    messages = messages_of(make_message, 30)
    book, channel = scripted(messages, [OK] + [failure] * 50)
    with pytest.raises(ChannelStopped, match="still fails") as raised:
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert raised.value.is_lasting == is_lasting
    assert 50 - len([step for step in channel.script if step is failure]) == number
    assert "claimed" not in book.states.values()
    assert [pause for pause in hours.pauses if pause >= COOL_DOWN_SECONDS[0]] == list(
        COOL_DOWN_SECONDS[: number - (UNKNOWN_IN_A_ROW if is_lasting else FAILURES_IN_A_ROW)]
    )


def test_a_provider_that_comes_back_is_found_by_a_probe_and_the_batch_goes_on(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 40)
    book, channel = scripted(messages, [OK] * 5 + [NothingLeft("refused")] * (FAILURES_IN_A_ROW + 1))
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 40
    assert COOL_DOWN_SECONDS[1] in hours.pauses


def test_failures_with_answers_between_them_stop_the_batch_by_their_rate(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 200)
    book, channel = scripted(messages, [OutcomeUnknown("500"), OK, OK] * 50 + [OutcomeUnknown("500")] * 50)
    with contextlib.suppress(ChannelStopped):
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert COOL_DOWN_SECONDS[0] in hours.pauses, "a quarter of forty unknown opens the breaker"


def test_single_faults_do_not_stop_the_batch(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 200)
    book, channel = scripted(messages, ([OK] * 12 + [OutcomeUnknown("500")]) * 15)
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert (counts.unknown, counts.accepted) == (15, 185)
    assert hours.pauses == []


def test_a_stop_by_a_person_holds_from_the_next_group_on(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 50)
    book, channel = scripted(messages, [])
    book.stopped_after = 2
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=10)
    assert counts == SendCounts(accepted=20, stopped=30)
    assert sorted(book.states.values()) == ["accepted"] * 20 + ["planned"] * 30


def test_a_full_day_leaves_the_rest_planned(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 50)
    book, channel = scripted(messages, [])
    book.room = 25
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=10)
    assert counts == SendCounts(accepted=25, over_limit=25)
    assert book.claims == 4, "once there is no room nobody asks again"


def test_refusals_of_single_recipients_do_not_stop_the_batch(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 20)
    book, channel = scripted(messages, [Refused("no such user")] * 20)
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).rejected == 20


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), RuntimeError("a defect of ours")])
def test_an_interruption_leaves_the_message_under_way_unknown_and_the_others_planned(
    make_message: MakeMessage, hours: Hours, interruption: BaseException
) -> None:
    messages = messages_of(make_message, 4)
    book, channel = scripted(messages, [OK, interruption])
    with pytest.raises(type(interruption)):
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert list(book.states.values()) == ["accepted", "unknown", "planned", "planned"]


def test_a_claim_that_has_grown_old_goes_back_before_others_take_it_for_lost(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 30)
    book, channel = scripted(messages, [])

    def slow(message: OutboundMessage) -> Receipt:
        hours.now += 119.0
        return Script.send(channel, message)

    channel.send = slow  # type: ignore[method-assign]
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 30
    first_group = next(keys for kind, keys in book.log if kind == "settle")
    assert channel.sent == sorted(messages)
    assert [len(keys) for kind, keys in book.log if kind == "claim"][:2] == [30, 1]
    assert len(first_group) == 30, "what was not begun in time is given back"
