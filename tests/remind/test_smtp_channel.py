"""The SMTP channel against a real server: envelopes, headers, and what each reply proves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasks.remind.channels.protocol import Channel, NothingLeft, Refused
from tasks.remind.outbound import OutboundMessage, mailbox

MakeMessage = Callable[..., OutboundMessage]
MakeChannel = Callable[..., Channel]


def test_the_collectors_copy_travels_in_the_same_transaction_and_not_in_a_header(
    mail_server: ModuleType, postbox: tuple[Any, int], smtp_channel: MakeChannel, make_message: MakeMessage
) -> None:
    box, port = postbox
    channel = smtp_channel(port)
    channel.send(make_message(1))
    channel.close()
    assert box.envelopes[0].rcpt_tos == ["marta.1@talleres.example", "lucia@acme.example"]
    mime = mail_server.parsed(box.envelopes[0])
    assert mime["Bcc"] is None
    assert mime["Cc"] is None
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["Message-ID"] == f"<{make_message(1).reminder_id}@acme.example>"
    assert mime.get_body(("plain",)).get_content() == make_message(1).text


def test_a_refused_copy_does_not_stop_the_message(
    mail_server: ModuleType, postbox: tuple[Any, int], smtp_channel: MakeChannel, make_message: MakeMessage
) -> None:
    box, port = postbox
    channel = smtp_channel(port)
    channel.send(make_message(1, copy_to=mailbox(name="", email="refused@acme.example")))
    channel.close()
    assert box.envelopes[0].rcpt_tos == ["marta.1@talleres.example"]


def test_a_temporary_no_proves_that_nothing_left(
    mail_server: ModuleType, postbox: tuple[Any, int], smtp_channel: MakeChannel, make_message: MakeMessage
) -> None:
    box, port = postbox
    channel = smtp_channel(port)
    with pytest.raises(NothingLeft):
        channel.send(make_message(1, recipient=mailbox(name="", email="later@talleres.example")))
    box.reply = "452 disk full"
    with pytest.raises(NothingLeft):
        channel.send(make_message(2))
    box.reply = "554 looks like spam"
    with pytest.raises(Refused):
        channel.send(make_message(3))
    box.reply = "250 taken"
    channel.send(make_message(4))
    channel.close()
    assert [mail_server.parsed(envelope)["X-Entity-Ref-ID"] for envelope in box.envelopes] == [
        make_message(4).reminder_id
    ]


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(
    mail_server: ModuleType, smtp_channel: MakeChannel, free_port: Callable[[], int], make_message: MakeMessage
) -> None:
    box, port = mail_server.Postbox(), free_port()
    with mail_server.serving(box, port):
        channel = smtp_channel(port)
        channel.send(make_message(1))
    with mail_server.serving(box, port):
        channel.send(make_message(2))
        channel.close()
    assert len(box.envelopes) == 2


def test_a_mail_server_that_begins_without_tls_must_prove_who_it_is_before_it_hears_of_a_message(  # noqa: PLR0917 - fixtures
    mail_server: ModuleType,
    faulty_ends: ModuleType,
    smtp_channel: MakeChannel,
    free_port: Callable[[], int],
    make_message: MakeMessage,
    tmp_path: Path,
) -> None:
    box, port = mail_server.Postbox(), free_port()
    with mail_server.serving(box, port, certificate=faulty_ends.self_signed(tmp_path)):
        for security in ("starttls", "none"):
            channel = smtp_channel(port, security=security, host="localhost")
            if security == "starttls":
                with pytest.raises(NothingLeft):
                    channel.send(make_message(1))
            else:  # the same server takes it, so it was the certificate
                channel.send(make_message(2))
            channel.close()
    assert [mail_server.parsed(envelope)["X-Entity-Ref-ID"] for envelope in box.envelopes] == [f"{2:032x}"]
