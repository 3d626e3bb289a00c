"""What every channel promises, tried on all of them against a real or stateful other end (`conformance_places`)."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tasks.remind.channels.protocol import (
    CannotTell,
    Channel,
    ChannelError,
    Found,
    NotAllowed,
    NotFound,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
)
from tasks.remind.outbound import Outbound, OutboundMessage
from tests.remind.conformance_places import Make, Place, place_of

CHANNELS = ("files", "letters", "smtp", "sendgrid", "whatsapp")
WITH_A_SERVER = ("smtp", "sendgrid", "whatsapp")
OVER_HTTP = ("sendgrid", "whatsapp")


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    made = place_of(request.param, request.getfixturevalue)
    yield made
    made.close()


def of(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", names, indirect=True)


def failing(place: Place, kind: type[ChannelError], message: Outbound, channel: Channel | None = None) -> ChannelError:
    """The error of sending `message`, which is of `kind` and tells nothing personal."""
    with pytest.raises(kind) as raised:
        (channel or place.channel).send(message)
    told = f"{raised.value!r} {raised.value}"
    assert not [personal for personal in (*place.personal, "wrong", "right") if personal in told]
    return raised.value


@of(*CHANNELS)
def test_a_message_arrives_once_and_gives_a_receipt(place: Place) -> None:
    message = place.make(1)
    receipt = place.channel.send(message)
    assert place.arrived() == [message.reminder_id]
    assert receipt.provider == place.channel.name
    assert receipt.provider_message_id


@of(*CHANNELS)
def test_one_channel_carries_many_messages(place: Place) -> None:
    messages = [place.make(n) for n in range(1, 6)]
    receipts = {place.channel.send(message) for message in messages}
    assert place.arrived() == [message.reminder_id for message in messages]
    assert len(receipts) == len(messages)


@of(*CHANNELS)
def test_the_same_message_twice_arrives_once_where_its_name_is_its_proof(place: Place) -> None:
    receipts = {place.channel.send(place.make(1)) for _ in range(2)}
    if place.is_idempotent:
        assert place.arrived() == [place.make(1).reminder_id]
        assert len(receipts) == 1
    else:  # which is why the ledger claims before it sends
        assert place.arrived() == [place.make(1).reminder_id] * 2


@of(*CHANNELS)
def test_an_unusable_address_is_refused_and_nothing_leaves(place: Place) -> None:
    for recipient in place.unusable:
        refused = failing(place, Refused, place.make(1, recipient=recipient))
        assert not recipient or str(recipient) not in str(refused).split()
    assert place.arrived() == []


@of(*CHANNELS)
def test_content_of_another_channel_is_a_defect_and_nothing_leaves(
    place: Place, make_message: Make, make_whatsapp: Make
) -> None:
    other = make_whatsapp(1) if isinstance(place.make(1), OutboundMessage) else make_message(1)
    with pytest.raises(TypeError, match="carries"):
        place.channel.send(other)
    assert place.arrived() == []


@of(*CHANNELS)
def test_an_unreachable_other_end_leaves_proof_that_nothing_left(place: Place) -> None:
    failing(place, NothingLeft, place.make(1), place.unreachable)


@of(*CHANNELS)
def test_closing_twice_harms_nothing_and_frees_the_connection(place: Place) -> None:
    place.channel.send(place.make(1))
    place.channel.close()
    place.channel.close()
    assert place.arrived() == [place.make(1).reminder_id]


@of(*CHANNELS)
def test_lookup_says_what_it_knows_and_no_more(place: Place) -> None:
    before = place.channel.lookup(place.make(1).reminder_id)
    receipt = place.channel.send(place.make(1))
    after = place.channel.lookup(place.make(1).reminder_id)
    if place.looks_up:
        assert before == NotFound()
        assert after == Found(Receipt(place.channel.name, receipt.provider_message_id))
    else:
        assert isinstance(before, CannotTell)
        assert isinstance(after, CannotTell)
        assert not place.channel.proves_absence


@of(*CHANNELS)
def test_a_lookup_at_an_unreachable_other_end_proves_nothing(place: Place) -> None:
    assert place.unreachable is not None
    answer = place.unreachable.lookup(place.make(1).reminder_id)
    assert isinstance(answer, CannotTell) or place.channel.name == "files"  # a folder that is not there holds nothing


@of(*CHANNELS)
def test_neither_credentials_nor_anything_personal_is_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place.channel.send(place.make(1))
    place.channel.lookup(place.make(1).reminder_id)
    place.channel.close()
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the other end's
    assert not [personal for personal in (*place.personal, "right") if any(personal in line for line in logged)]


@of(*WITH_A_SERVER)
def test_a_name_that_nobody_has_leaves_proof_that_nothing_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: object, *_rest: object, **_more: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, f"Name or service not known: {host!r}")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a resolver without a network may think for long
    failing(place, NothingLeft, place.make(1), place.without_a_name)
    assert place.arrived() == []


@of(*WITH_A_SERVER)
def test_a_certificate_that_nobody_vouches_for_is_told_nothing(
    place: Place, faulty_ends: ModuleType, tmp_path: Path
) -> None:
    with faulty_ends.untrusted_tls(tmp_path) as overheard:
        channels = place.over_tls(overheard.port)
        assert channels
        for channel in channels:
            failing(place, NothingLeft, place.make(1), channel)
            channel.close()
    assert not any(overheard.content)


@of(*WITH_A_SERVER)
@pytest.mark.parametrize("fault", ["hang_after", "drop_after"])
def test_silence_after_the_message_left_is_unknown(place: Place, fault: str) -> None:
    place.faults[fault]()
    failing(place, OutcomeUnknown, place.make(1))
    assert place.arrived() == [place.make(1).reminder_id]


@of(*OVER_HTTP)
@pytest.mark.parametrize("fault", ["hang_before", "drop_before", "error_before", "error_after"])
def test_an_answer_that_proves_nothing_is_unknown_whatever_became_of_the_message(place: Place, fault: str) -> None:
    place.faults[fault]()
    failing(place, OutcomeUnknown, place.make(1))
    assert place.arrived() == ([place.make(1).reminder_id] if fault == "error_after" else [])


@of("whatsapp")
@pytest.mark.parametrize("fault", ["truncated", "unavailable_before", "unavailable_after"])
def test_a_success_that_cannot_be_read_is_unknown(place: Place, fault: str) -> None:
    place.faults[fault]()
    failing(place, OutcomeUnknown, place.make(1))


@of(*WITH_A_SERVER)
def test_a_message_that_is_too_large_is_refused_in_whatever_form_the_answer_comes(place: Place) -> None:
    place.faults["too_large"]()
    failing(place, Refused, place.make(1))


@of(*WITH_A_SERVER)
def test_too_many_messages_leave_proof_that_this_one_did_not(place: Place) -> None:
    place.faults["too_fast"]()
    failing(place, NothingLeft, place.make(1))
    assert place.arrived() == []


@of(*WITH_A_SERVER)
def test_wrong_credentials_stop_everything_not_one_message(place: Place) -> None:
    error = failing(place, ChannelError, place.make(1), place.unauthorised)
    assert isinstance(error, (NotAllowed, NothingLeft))  # this mail server knows no log-in at all
    assert place.arrived() == []


@of(*WITH_A_SERVER)
def test_a_refused_recipient_is_refused_and_the_next_one_is_written_to(place: Place) -> None:
    failing(place, Refused, place.make(1, recipient=place.refused))
    place.channel.send(place.make(2))
    assert place.arrived() == [place.make(2).reminder_id]
