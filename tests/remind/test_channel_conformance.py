"""What every channel promises, tried on all three: files, a real SMTP server, and the stateful SendGrid double."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.protocol import (
    CannotTell,
    Channel,
    Found,
    NotAllowed,
    NotFound,
    NothingLeft,
    OutcomeUnknown,
    Refused,
)
from tasks.remind.outbound import OutboundMessage, mailbox

MakeMessage = Callable[..., OutboundMessage]


@dataclass
class Place:
    """A channel with the other end in view: what arrived, and how to make it fail."""

    channel: Channel
    arrived: Callable[[], list[str]]
    refuse_recipients: Callable[[], None] = lambda: None
    hang_after: Callable[[], None] | None = None
    drop_after: Callable[[], None] | None = None
    unreachable: Channel | None = None
    unauthorised: Channel | None = None


@pytest.fixture(params=["files", "smtp", "sendgrid"])
def place(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    tmp_path: Path,
    smtp_channel: Callable[..., Channel],
    sendgrid_channel: Callable[..., Channel],
    free_port: Callable[[], int],
    mail_server: ModuleType,
) -> Iterator[Place]:
    if request.param == "files":
        blocked = tmp_path / "blocked"
        blocked.write_text("a file where the outbox should be")
        place = Place(
            FilesChannel(tmp_path / "outbox"), lambda: [p.stem for p in sorted(tmp_path.glob("outbox/*/*.eml"))]
        )
        place.unreachable = FilesChannel(blocked)
    elif request.param == "smtp":
        box, port = request.getfixturevalue("postbox")
        place = Place(
            smtp_channel(port),
            lambda: [mail_server.parsed(envelope)["X-Entity-Ref-ID"] for envelope in box.envelopes],
            hang_after=lambda: setattr(box, "hang_seconds", 3),
            drop_after=lambda: setattr(box, "drop", True),
            unreachable=smtp_channel(free_port()),
            unauthorised=smtp_channel(port, user_env="SMTP_USER", password_env="SMTP_PASSWORD"),
        )
    else:
        state, url = request.getfixturevalue("provider")
        place = Place(
            sendgrid_channel(url),
            lambda: [entry["reminder_id"] for entry in state.accepted],
            hang_after=lambda: state.queue("hang_after"),
            drop_after=lambda: state.queue("drop_after"),
            unreachable=sendgrid_channel(f"http://127.0.0.1:{free_port()}"),
            unauthorised=sendgrid_channel(url, "wrong"),
        )
    yield place
    for channel in (place.channel, place.unreachable, place.unauthorised):
        if channel is not None:
            channel.close()


def test_a_message_arrives_once_and_gives_a_receipt(place: Place, make_message: MakeMessage) -> None:
    message = make_message(1)
    receipt = place.channel.send(message)
    assert place.arrived() == [message.reminder_id]
    assert receipt.provider == place.channel.name
    assert receipt.provider_message_id


def test_one_channel_carries_many_messages(place: Place, make_message: MakeMessage) -> None:
    messages = [make_message(n) for n in range(1, 6)]
    for message in messages:
        place.channel.send(message)
    assert place.arrived() == [message.reminder_id for message in messages]


def test_an_unusable_address_is_refused_and_nothing_leaves(place: Place, make_message: MakeMessage) -> None:
    for address in (
        "",
        "no-at",
        "a@b",
        "a b@c.example",
        "ñ@c.example",
        "a@-x.example",
        "a..b@c.example",
        "a@c..example",
    ):
        with pytest.raises(Refused) as raised:
            place.channel.send(make_message(1, recipient=mailbox(name="X", email=address)))
        assert not address or address not in str(raised.value)
    assert place.arrived() == []


def test_an_unreachable_provider_leaves_proof_that_nothing_left(place: Place, make_message: MakeMessage) -> None:
    assert place.unreachable is not None
    with pytest.raises(NothingLeft):
        place.unreachable.send(make_message(1))


def test_no_answer_after_the_message_left_is_unknown(place: Place, make_message: MakeMessage) -> None:
    if place.hang_after is None:
        return  # writing a file either happens or not
    place.hang_after()
    with pytest.raises(OutcomeUnknown):
        place.channel.send(make_message(1))
    assert place.arrived() == [make_message(1).reminder_id]


def test_a_connection_dropped_after_the_message_left_is_unknown(place: Place, make_message: MakeMessage) -> None:
    if place.drop_after is None:
        return  # writing a file either happens or not
    place.drop_after()
    with pytest.raises(OutcomeUnknown):
        place.channel.send(make_message(1))


def test_wrong_credentials_stop_everything_not_one_message(place: Place, make_message: MakeMessage) -> None:
    if place.unauthorised is None:
        return  # files need no credentials
    with pytest.raises((NotAllowed, NothingLeft)) as raised:
        place.unauthorised.send(make_message(1))
    assert "wrong" not in str(raised.value)
    assert place.arrived() == []


def test_a_refused_recipient_is_refused_without_telling_the_address(place: Place, make_message: MakeMessage) -> None:
    if place.channel.name == "files":
        return  # a file has no server that could refuse
    with pytest.raises(Refused) as raised:
        place.channel.send(make_message(1, recipient=mailbox(name="X", email="refused@talleres.example")))
    assert "@" not in str(raised.value)
    place.channel.send(make_message(2))
    assert place.arrived() == [make_message(2).reminder_id]


def test_lookup_says_what_it_knows_and_no_more(place: Place, make_message: MakeMessage) -> None:
    before = place.channel.lookup(make_message(1).reminder_id)
    place.channel.send(make_message(1))
    after = place.channel.lookup(make_message(1).reminder_id)
    if place.channel.name == "smtp":
        assert isinstance(before, CannotTell)
        assert isinstance(after, CannotTell)
    else:
        assert before == NotFound()
        assert isinstance(after, Found)


def test_a_lookup_at_an_unreachable_provider_cannot_tell(
    sendgrid_channel: Callable[..., Channel], free_port: Callable[[], int]
) -> None:
    channel = sendgrid_channel(f"http://127.0.0.1:{free_port()}")
    assert isinstance(channel.lookup("0" * 32), CannotTell)
