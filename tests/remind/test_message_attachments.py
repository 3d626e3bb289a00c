"""Files that go with a message: whole on every channel, part of its hash, bounded, and never a reason not to send it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

import pytest

from tasks.remind.channels.mime import mime_bytes
from tasks.remind.channels.sendgrid_payload import mail_payload
from tasks.remind.enclosures import FILES_ALLOWED, Enclosures, Lacking
from tasks.remind.invoice_files import InvoiceFolder
from tasks.remind.outbound import Attachment, OutboundMessage
from tasks.remind.rendering import Renderer
from tasks.remind.samples import longest, sample_reminder

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 5
FILES = (Attachment("F26-1.pdf", "application/pdf", PDF), Attachment("Año 2026-ñ.pdf", "application/pdf", PDF[:300]))
MakeMessage = Callable[..., OutboundMessage]


@pytest.fixture
def enclosing(renderer: Renderer, tmp_path: Path) -> Renderer:
    """A renderer with a folder in which every second document of the samples has its PDF."""
    for number in range(0, 60, 2):
        (tmp_path / f"F26-{1234 + number:06}.pdf").write_bytes(PDF)
    return replace(renderer, enclosures=Enclosures(InvoiceFolder(tmp_path, "{document_number}.pdf", 10 * len(PDF))))


def test_an_email_carries_words_and_files_whole(make_message: MakeMessage) -> None:
    message = make_message(attachments=FILES)
    read = message_from_bytes(mime_bytes(message, shows_copy=False), policy=default)
    assert read.get_content_type() == "multipart/mixed"
    words, *files = read.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    assert read.get_body(("html",)) is not None
    assert [(file.get_filename(), file.get_content_type(), file.get_content()) for file in files] == [
        (file.name, "application/pdf", file.content) for file in FILES
    ]
    assert mime_bytes(message, shows_copy=False) == mime_bytes(message, shows_copy=False)


def test_an_email_without_files_has_its_words_only(make_message: MakeMessage) -> None:
    read = message_from_bytes(mime_bytes(make_message(), shows_copy=False), policy=default)
    assert read.get_content_type() == "multipart/alternative"


def test_sendgrid_gets_the_files_as_base64(make_message: MakeMessage) -> None:
    payload = mail_payload(make_message(attachments=FILES))
    sent = cast("list[dict[str, str]]", payload["attachments"])
    assert [
        (base64.b64decode(file["content"]), file["filename"], file["type"], file["disposition"]) for file in sent
    ] == [(file.content, file.name, "application/pdf", "attachment") for file in FILES]
    assert json.dumps(payload)


def test_the_hash_of_a_message_covers_its_files(make_message: MakeMessage) -> None:
    hashes = {
        make_message(attachments=files).content_hash
        for files in (
            (),
            FILES[:1],
            FILES,
            (replace(FILES[0], content=PDF + b"x"),),
            (replace(FILES[0], name="x.pdf"),),
        )
    }
    assert len(hashes) == 5


def test_a_step_attaches_the_documents_of_the_message_and_tells_which_are_missing(enclosing: Renderer) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    assert enclosing.render(sample).attachments == ()
    asked = replace(sample, attachments=("invoices",))
    assert [file.name for file in enclosing.render(asked).attachments] == ["F26-001234.pdf", "F26-001236.pdf"]
    assert enclosing.enclosures.missing(asked) == {"F26-001235": "not found"}


def test_a_long_message_carries_no_more_than_its_size_allows(enclosing: Renderer) -> None:
    asked = replace(longest(sample_reminder(purpose="overdue", language="es")), attachments=("invoices",))
    files = enclosing.render(asked).attachments
    assert len(files) == 10
    assert set(enclosing.enclosures.missing(asked).values()) == {"not found", "too large", "too many files"}
    assert len(files) <= FILES_ALLOWED


def test_a_steps_copy_goes_to_its_own_address_in_place_of_the_collector(renderer: Renderer) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    copy = renderer.render(replace(sample, copy_to="jefa@acme.example")).copy_to
    assert copy is not None
    assert copy.email == "jefa@acme.example"
    assert renderer.render(sample).copy_to != copy


def test_what_a_batch_lacks_is_counted_without_names(enclosing: Renderer) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    asked = replace(sample, attachments=("invoices",))
    lacking = enclosing.enclosures.lacking([sample, asked, asked])
    assert lacking == Lacking(messages=2, documents=2)
    assert str(lacking) == "2 invoices without a file in 2 messages"
    assert Enclosures().lacking([asked]) == Lacking()
