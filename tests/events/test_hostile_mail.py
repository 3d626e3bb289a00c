"""Mail that is made to be hard to read is given up soon."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest

from tasks.events.event import NotReadable
from tasks.remind.channels.bounce_reports import report_events

NOW = datetime(2026, 6, 2, 8, tzinfo=UTC)


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/report; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth)
    )
    return head + b"\n" * 200_000


@pytest.mark.parametrize(
    "mail",
    [
        nested(15),
        nested(5000),
        b"Content-Type: message/rfc822\n\n" * 9000,
        b"Content-Type: multipart/report;" + b" x=y;" * 40_000,
    ],
    ids=["deep", "deeper", "message in message", "parameters"],
)
def test_a_mail_that_is_made_to_be_hard_to_read_is_given_up_soon(mail) -> None:
    began = time.perf_counter()
    with contextlib.suppress(NotReadable):
        assert report_events(mail, received_at=NOW) == ()
    assert time.perf_counter() - began < 10
