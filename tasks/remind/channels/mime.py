"""An outbound message as an RFC 5322 message with the same bytes every time.

Headers are written by Python's library, which knows how they are encoded and folded, and kept: all but the recipient's are the same from
message to message, or differ in the message's id only. A test holds the bytes together with those of the library's own messages.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from tasks.remind.channels.protocol import Refused
from tasks.remind.outbound import Attachment, Mailbox, OutboundMessage

SUBJECT_OF_OPT_OUT = "No more reminders"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_HEX = re.compile(r"[0-9a-f]{16,64}")
_ONE_HEADER = re.compile(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]+)*\r\n")


def mime_bytes(message: OutboundMessage, *, shows_copy: bool) -> bytes:
    """The message with text and HTML parts, and its attachments after them, with CRLF line ends, as SMTP carries it and `.eml` files hold it.

    Message-ID comes from the reminder's id and Date from its business date, so that the bytes can be reproduced. `shows_copy`
    writes a Bcc header, for files that a person will look at; on the wire the copy is in the envelope only.

    Raises:
        Refused: a header cannot be written, such as an address that is none.
    """
    try:
        headers = [
            _address_header("From", message.sender),
            _address_header("To", message.recipient),
            _address_header("Reply-To", message.reply_to),
        ]
        if shows_copy and message.copy_to is not None:
            headers.append(_address_header("Bcc", message.copy_to))
        headers.append(_header("Subject", _undecoded(message.subject)))
    except (ValueError, IndexError) as error:
        raise Refused(f"a header cannot be written ({type(error).__name__})") from None
    headers.append(_header("Date", _date(message.as_of)))
    headers.append(_header_with_id("Message-ID", message_id(message), message.reminder_id))
    headers += [_header_with_id(name, value, message.reminder_id) for name, value in tracing_headers(message).items()]
    headers.append(_header("MIME-Version", "1.0"))
    boundary = f"=_{message.reminder_id}"
    if not message.attachments:
        return b"".join((*headers, _alternative(message, boundary)))
    # A boundary that another begins with would end the part within as well (RFC 2046, 5.1.2).
    words = _alternative(message, f"=_words.{message.reminder_id}")
    files = [_file(attachment) for attachment in message.attachments]
    return b"".join((*headers, _multipart("mixed", [words, *files], boundary, message.reminder_id)))


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


@lru_cache(maxsize=1_024)
def _address_header(name: str, box: Mailbox) -> bytes:
    return _written(name, Address(display_name=_undecoded(box.name), addr_spec=box.email))


@lru_cache(maxsize=1_024)
def _header(name: str, value: str) -> bytes:
    return _written(name, value)


def _header_with_id(name: str, value: str, reminder_id: str) -> bytes:
    """The same for every id of that length, if lines are not folded within it: the id is put in afterwards."""
    if reminder_id not in value or not _HEX.fullmatch(reminder_id):
        return _header(name, value)
    zeros = "0" * len(reminder_id)
    written = _header(name, value.replace(reminder_id, zeros))
    if written.count(b"0" * len(reminder_id)) != 1:
        return _written(name, value)
    return written.replace(zeros.encode(), reminder_id.encode())


def _undecoded(text: str) -> str:
    """`text` without encoded words (RFC 2047): the library decodes those that it is given, and writes line ends and commas of them as they are."""
    return text.replace("=?", "= ?")


def _written(name: str, value: str | Address) -> bytes:
    written = SMTP.fold_binary(*SMTP.header_store_parse(name, value))
    if not _ONE_HEADER.fullmatch(written):
        raise ValueError(f"{name} would end before its end")
    return written


@lru_cache(maxsize=64)
def _date(day: date) -> str:
    return format_datetime(datetime.combine(day, time(), tzinfo=UTC))


def _alternative(message: OutboundMessage, boundary: str) -> bytes:
    parts = [_part(message.text, "plain"), _part(message.html, "html")]
    return _multipart("alternative", parts, boundary, message.reminder_id)


def _multipart(subtype: str, parts: Sequence[bytes], boundary: str, reminder_id: str) -> bytes:
    """A part of parts, from its Content-Type on."""
    kind = _header_with_id("Content-Type", f'multipart/{subtype}; boundary="{boundary}"', reminder_id)
    line = b"--" + boundary.encode()
    between = b"\r\n" + line + b"\r\n"
    return b"".join((kind, b"\r\n", line, b"\r\n", between.join(parts), b"\r\n", line, b"--\r\n"))


def _file(attachment: Attachment) -> bytes:
    part = EmailMessage(policy=SMTP)
    maintype, _, subtype = attachment.content_type.partition("/")
    part.set_content(
        attachment.content, maintype, subtype, disposition="attachment", filename=_undecoded(attachment.name)
    )
    return part.as_bytes(policy=SMTP)


def _part(content: str, subtype: str) -> bytes:
    """A quoted-printable part; the library's own encoder is twenty times slower than this one."""
    kind = _header("Content-Type", f'text/{subtype}; charset="utf-8"')
    encoding = _header("Content-Transfer-Encoding", "quoted-printable")
    encoded = binascii.b2a_qp(content.encode(), istext=True)
    return b"".join((kind, encoding, b"\r\n", _LINE_END.sub(b"\r\n", encoded)))
