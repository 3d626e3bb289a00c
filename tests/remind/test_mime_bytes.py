"""The bytes of an e-mail are those that Python's library makes of the same message, however it is put together."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, default
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.remind.channels.mime import message_id, mime_bytes, tracing_headers
from tasks.remind.channels.protocol import Refused
from tasks.remind.outbound import Attachment, Mailbox, OutboundMessage, clean_line, mailbox

MakeMessage = Callable[..., OutboundMessage]
FILES = (Attachment("F26-1.pdf", "application/pdf", b"%PDF" + bytes(300)), Attachment("Año ñ.xml", "text/xml", b"<a/>"))
_ADDRESSES = st.sampled_from(
    ["p1@deudor.example", "maria.pia@una-empresa-de-nombre-muy-largo.deudor.example", "ñ@b.example"]
)
_NAMES = st.one_of(
    st.text(max_size=80), st.sampled_from(["", "Gil, Marta", "José Ñandú y Hermanos, S.A.", '"a" <b@c.example>'])
)
_BOXES = st.builds(lambda name, email: mailbox(name=name, email=email), _NAMES, _ADDRESSES)


@given(
    boxes=st.tuples(_BOXES, _BOXES, _BOXES, st.none() | _BOXES),
    reminder_id=st.one_of(st.text("0123456789abcdef", min_size=16, max_size=64), st.just("0" * 32), st.just("not-hex")),
    subject=st.one_of(st.text(max_size=200), st.just("Reclamación de la factura F26-1 " * 5)).map(clean_line),
    text=st.text(max_size=400),
    html=st.text(max_size=200).map(lambda text: f"<p>{text}</p>\n"),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    files=st.sampled_from([(), FILES]),
    shows_copy=st.booleans(),
)
def test_any_message_has_the_bytes_that_the_library_gives_it(
    *,
    boxes: tuple[Mailbox, Mailbox, Mailbox, Mailbox | None],
    reminder_id: str,
    subject: str,
    text: str,
    html: str,
    day: date,
    files: tuple[Attachment, ...],
    shows_copy: bool,
) -> None:
    sender, reply_to, recipient, copy_to = boxes
    message = OutboundMessage(
        reminder_id=reminder_id, sender=sender, reply_to=reply_to, recipient=recipient, copy_to=copy_to, subject=subject,
        text=text, html=html, language="es", as_of=day, attachments=files,
    )  # fmt: skip
    try:
        wanted = _by_the_library(message, shows_copy=shows_copy)
    except (ValueError, IndexError):
        with pytest.raises(Refused):
            mime_bytes(message, shows_copy=shows_copy)
    else:
        assert mime_bytes(message, shows_copy=shows_copy) == wanted


def test_messages_one_after_another_keep_their_own_ids_and_recipients(make_message: MakeMessage) -> None:
    messages = [make_message(n) for n in range(3)]
    messages += [replace(message, as_of=date(2027, 1, 2), attachments=FILES) for message in messages]
    for message in (*messages, *messages):
        assert mime_bytes(message, shows_copy=True) == _by_the_library(message, shows_copy=True)


@pytest.mark.parametrize(
    "said",
    [
        "=?utf-8?q?foo=0D=0ABcc:_other@b.example?=",
        "=?utf-8?b?Zm9vDQpCY2M6IG90aGVyQGIuZXhhbXBsZQ==?= z",
        "=?utf-8?q?=0D=0A=0D=0Aanother_body?=",
        "=? utf-8?q?a=0A?=b",
        "=?utf-8?q?foo_=3Cother=40b=2Eexample=3E=2C?= z",
        "=?=?utf-8?q?=0D=0ABcc:_other@b.example?=",
    ],
)
def test_encoded_words_in_names_subjects_and_file_names_stay_the_letters_they_are(
    said: str, make_message: MakeMessage
) -> None:
    plain = make_message(0)
    hostile = replace(
        plain,
        recipient=mailbox(name=said, email=plain.recipient.email),
        subject=clean_line(said),
        attachments=(replace(FILES[0], name=clean_line(said)),),
    )

    read = message_from_bytes(mime_bytes(hostile, shows_copy=False), policy=default)

    names = [name for name, _ in message_from_bytes(mime_bytes(plain, shows_copy=False), policy=default).items()]
    assert [name for name, _ in read.items()] == names
    assert [address.addr_spec for address in read["To"].addresses] == [plain.recipient.email]
    assert read["Subject"] == said.replace("=?", "= ?")
    _, file = read.iter_parts()
    assert [name for name, _ in file.items()] == [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    ]


def test_no_boundary_of_a_message_with_attachments_begins_with_another(make_message: MakeMessage) -> None:
    written = mime_bytes(replace(make_message(0), attachments=FILES), shows_copy=False)

    outer, inner = (part.get_boundary() or "" for part in message_from_bytes(written).walk() if part.is_multipart())
    assert not inner.startswith(outer)
    assert not outer.startswith(inner)


def test_a_subject_with_a_line_end_is_refused(make_message: MakeMessage) -> None:
    for subject in ("Hello\n", "Hello\r", "Hello\r\nBcc: other@b.example"):
        with pytest.raises(Refused):
            mime_bytes(replace(make_message(0), subject=subject), shows_copy=False)


def _undecoded(text: str) -> str:
    return text.replace("=?", "= ?")


def _by_the_library(message: OutboundMessage, *, shows_copy: bool) -> bytes:
    mime = EmailMessage(policy=SMTP)
    for name, box in (("From", message.sender), ("To", message.recipient), ("Reply-To", message.reply_to)):
        mime[name] = Address(display_name=_undecoded(box.name), addr_spec=box.email)
    if shows_copy and message.copy_to is not None:
        mime["Bcc"] = Address(display_name=_undecoded(message.copy_to.name), addr_spec=message.copy_to.email)
    mime["Subject"] = _undecoded(message.subject)
    mime["Date"] = format_datetime(datetime.combine(message.as_of, time(), tzinfo=UTC))
    mime["Message-ID"] = message_id(message)
    for name, value in tracing_headers(message).items():
        mime[name] = value
    mime["MIME-Version"] = "1.0"
    boundary = f"=_{message.reminder_id}"
    if not message.attachments:
        return _with_words(mime, message, boundary).as_bytes(policy=SMTP)
    mime["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    mime.attach(_with_words(EmailMessage(policy=SMTP), message, f"=_words.{message.reminder_id}"))
    for attachment in message.attachments:
        file = EmailMessage(policy=SMTP)
        kind, _, subtype = attachment.content_type.partition("/")
        file.set_content(attachment.content, kind, subtype, disposition="attachment", filename=attachment.name)
        mime.attach(file)
    return mime.as_bytes(policy=SMTP)


def _with_words(mime: EmailMessage, message: OutboundMessage, boundary: str) -> EmailMessage:
    mime["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    for content, subtype in ((message.text, "plain"), (message.html, "html")):
        part = EmailMessage(policy=SMTPUTF8)
        part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(binascii.b2a_qp(content.encode(), istext=True).decode("ascii"))
        mime.attach(part)
    return mime
