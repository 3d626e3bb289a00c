"""A document's number finds its own PDF and never another file, whatever it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tasks.remind.invoice_files import InvoiceFolder, invoice_folder
from tasks.remind.outbound import Attachment
from tasks.settings.attachments import AttachmentSettings

CONTENT = b"%PDF-1.7\nfactura"
HOSTILE = (
    "../../etc/passwd", "/etc/passwd", "..", ".", "", "../secret", "a/../../secret", "a/..", "secret\x00", "\x00", "a\x00/../b",
    "..\\secret", "C:\\windows\\win.ini", "a" * 500, "a/" * 60 + "b", "~root", "~/secret", "con|in", "*", "?", "a:b", "...", ". .", "a//b",
    "a\nb", "\u202efdp.exe", "%2e%2e%2fsecret", "..%2fsecret", "．．/secret", "{document_number}", "{customer_id}", "$(id)", "`id`", "<b>",
    "file:///etc/passwd", "-rf", "\ud800",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> InvoiceFolder:
    invoices = tmp_path / "ws" / "facturas"
    (invoices / "2026").mkdir(parents=True)
    for name in ("F1.pdf", "Ñ-2.pdf", "2026/0012.pdf"):
        (invoices / name).write_bytes(CONTENT)
    (invoices / "page.pdf").write_bytes(b"<html>")
    (invoices / "large.pdf").write_bytes(CONTENT + b"x" * 3000)
    (invoices / "directory.pdf").mkdir()
    (tmp_path / "secret.pdf").write_bytes(CONTENT)
    (tmp_path / "ws" / "secret.pdf").write_bytes(CONTENT)
    (invoices / "linked.pdf").symlink_to(tmp_path / "secret.pdf")
    (invoices / "out").symlink_to(tmp_path)
    (invoices / "alias.pdf").symlink_to(invoices / "F1.pdf")
    (invoices / "broken.pdf").symlink_to(tmp_path / "nowhere.pdf")
    settings = AttachmentSettings(invoices="facturas", at_most_mb=0.002)
    return invoice_folder(settings, tmp_path / "ws")


@pytest.mark.parametrize(
    ("number", "name"), [("F1", "F1.pdf"), ("Ñ-2", "Ñ-2.pdf"), ("2026/0012", "2026-0012.pdf"), ("alias", "alias.pdf")]
)
def test_a_document_finds_its_file(folder: InvoiceFolder, number: str, name: str) -> None:
    found = folder.attachment_of(document_number=number, customer_id="C1", bytes_left=2000)
    assert found == Attachment(name, "application/pdf", CONTENT)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("F2", "not found"), ("page", "no PDF"), ("large", "too large"), ("directory", "not found"), ("linked", "outside the folder"),
        ("out/secret", "outside the folder"), ("broken", "not found"), ("2026", "not found"), ("a" * 150, "not found"),
        ("ñ" * 150, "not found"),
    ],
)  # fmt: skip
def test_what_is_missing_or_is_none_is_told(folder: InvoiceFolder, number: str, why: str) -> None:
    assert folder.attachment_of(document_number=number, customer_id="C1", bytes_left=2000) == why


@pytest.mark.parametrize("number", HOSTILE)
def test_no_number_reaches_another_file(folder: InvoiceFolder, number: str) -> None:
    assert folder.attachment_of(document_number=number, customer_id="C1", bytes_left=2000) in (
        "no file name",
        "not found",
    )
    by_customer = InvoiceFolder(folder.root, "{customer_id}/{document_number}.pdf", 2000)
    found = by_customer.attachment_of(document_number="secret", customer_id=number, bytes_left=2000)
    assert found in ("no file name", "not found")


def test_customers_with_the_same_number_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    for customer in ("C1", "C2"):
        (tmp_path / customer).mkdir()
        (tmp_path / customer / "1.pdf").write_bytes(CONTENT + customer.encode())
    folder = InvoiceFolder(tmp_path, "{customer_id}/{document_number}.pdf", 2000)
    found = folder.attachment_of(document_number="1", customer_id="C2", bytes_left=2000)
    assert isinstance(found, Attachment)
    assert found.content.endswith(b"C2")


@pytest.mark.parametrize(
    "pattern", ["factura.pdf", "/srv/{document_number}.pdf", "../{document_number}.pdf", "a\\{document_number}"]
)
def test_a_pattern_stays_inside_the_folder_and_names_the_document(pattern: str) -> None:
    with pytest.raises(ValidationError, match="pattern must"):
        AttachmentSettings(invoices="facturas", pattern=pattern)
