"""An error that no channel should raise is told without its text, which may hold an address: Prefect stores texts."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from tasks.remind.channels.protocol import Channel
from tasks.remind.delivery.lane import Lane, Time
from tasks.remind.delivery.outcomes import Attempt, ChannelCrashed, Claims
from tasks.remind.outbound import OutboundMessage
from tasks.remind.send import send_messages


class Book:
    """Lets everything go and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Attempt] = []

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        self.told += settling
        return Claims(claimed=tuple(keys))

    def begin(self, reminder_key: str) -> None:
        pass

    def end(self, attempt: Attempt) -> None:
        pass

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        self.told += outcomes


def crash(message: object) -> object:
    raise RuntimeError("550 no such user canario@debtor.example")


def test_the_text_of_an_unexpected_error_goes_no_further_and_the_message_is_unknown() -> None:
    book = Book()
    channel = cast("Channel", SimpleNamespace(name="files", send=crash))
    message = cast("OutboundMessage", SimpleNamespace(content_hash="0" * 64))
    lane = Lane(Time(lambda: 0.0, lambda seconds: None))
    messages = {"first": message, "second": message}
    with pytest.raises(ChannelCrashed) as raised:
        send_messages(messages, book=book, channel=channel, lane=lane)
    assert "RuntimeError in crash" in str(raised.value)
    assert "debtor.example" not in str(raised.value)
    assert {attempt.reminder_key: attempt.settlement for attempt in book.told} == {
        "first": "unknown",
        "second": "planned",
    }
