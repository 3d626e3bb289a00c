"""An outbound message as an RFC 5322 message with the same bytes every time."""

from __future__ import annotations

import binascii
from datetime import UTC, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from tasks.remind.channels.protocol import Refused
from tasks.remind.outbound import Attachment, Mailbox, OutboundMessage

SUBJECT_OF_OPT_OUT = "No more reminders"


def mime_message(message: OutboundMessage, *, shows_copy: bool) -> EmailMessage:
    """The message with text and HTML parts, and its attachments after them.

    Message-ID comes from the reminder's id and Date from its business date, so that the bytes can be reproduced. `shows_copy`
    writes a Bcc header, for files that a person will look at; on the wire the copy is in the envelope only.

    Raises:
        Refused: a header cannot be written, such as an address that is none.
    """
    mime = EmailMessage(policy=SMTP)
    try:
        mime["From"] = _address(message.sender)
        mime["To"] = _address(message.recipient)
        mime["Reply-To"] = _address(message.reply_to)
        if shows_copy and message.copy_to is not None:
            mime["Bcc"] = _address(message.copy_to)
        mime["Subject"] = message.subject
    except (ValueError, IndexError) as error:
        raise Refused(f"a header cannot be written ({type(error).__name__})") from None
    mime["Date"] = format_datetime(datetime.combine(message.as_of, time(), tzinfo=UTC))
    mime["Message-ID"] = message_id(message)
    for name, value in tracing_headers(message).items():
        mime[name] = value
    mime["MIME-Version"] = "1.0"
    if not message.attachments:
        return _alternative(mime, message, boundary=f"=_{message.reminder_id}")
    mime["Content-Type"] = f'multipart/mixed; boundary="=_{message.reminder_id}"'
    mime.attach(_alternative(EmailMessage(policy=SMTP), message, boundary=f"=_{message.reminder_id}.words"))
    for attachment in message.attachments:
        mime.attach(_file(attachment))
    return mime


def message_id(message: OutboundMessage) -> str:
    """`<reminder id@domain of the sender>`: the same however often it is built."""
    return f"<{message.reminder_id}@{message.sender.email.rpartition('@')[2]}>"


def tracing_headers(message: OutboundMessage) -> dict[str, str]:
    """Headers that say a machine wrote this (RFC 3834), where to opt out (RFC 2369), and keep messages from being grouped by subject."""
    return {
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
        "List-Unsubscribe": f"<mailto:{message.reply_to.email}?subject={SUBJECT_OF_OPT_OUT.replace(' ', '%20')}>",
        "X-Entity-Ref-ID": message.reminder_id,
    }


def wire_bytes(mime: EmailMessage) -> bytes:
    """The message with CRLF line ends, as SMTP carries it and `.eml` files hold it."""
    return mime.as_bytes(policy=SMTP)


def _address(box: Mailbox) -> Address:
    return Address(display_name=box.name, addr_spec=box.email)


def _alternative(mime: EmailMessage, message: OutboundMessage, *, boundary: str) -> EmailMessage:
    mime["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    mime.attach(_part(message.text, "plain"))
    mime.attach(_part(message.html, "html"))
    return mime


def _file(attachment: Attachment) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    maintype, _, subtype = attachment.content_type.partition("/")
    part.set_content(attachment.content, maintype, subtype, disposition="attachment", filename=attachment.name)
    return part


def _part(content: str, subtype: str) -> EmailMessage:
    """A quoted-printable part; the library's own encoder is twenty times slower than this one."""
    part = EmailMessage(policy=SMTPUTF8)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    encoded = binascii.b2a_qp(content.encode(), istext=True)
    part.set_payload(encoded.decode("ascii"))
    return part
