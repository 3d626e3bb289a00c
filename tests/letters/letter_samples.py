"""A creditor, letters, and what a reader sees of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pypdfium2

from tasks.remind.creditor import Creditor
from tasks.remind.letters.rendering import LetterRenderer
from tasks.remind.outbound import OutboundLetter
from tasks.remind.reminder import Reminder
from tasks.remind.samples import AS_OF
from tasks.remind.templates import Templates
from tasks.settings.letters import LetterChannel
from tasks.settings.workspace import Company

ADDRESS = "Calle del Prado 12\n28014 Madrid\nES"
POINTS_PER_MM = 72 / 25.4
TEMPLATES = Templates()
COMPANY = Company.model_validate(
    {
        "id": "acme",
        "name": "Suministros del Norte, S.A.",
        "country": "ES",
        "tax_id": "A28000001",
        "address": "Calle de la Industria 45, 28906 Getafe",
        "bank_details": {
            "EUR": {"bank": "Banco Ejemplo", "account": "ES91 2100 0418 4502 0005 1332", "bic": "EJEMESMMXXX"}
        },
        "sender": {"name": "Cobros", "email": "cobros@acme.example"},
        "collector": {"name": "Lucía Romero", "email": "lucia@acme.example", "phone": "+34 910 000 000"},
    }
)
PLAIN = LetterChannel(folder="letters")


def letter_of(
    reminder: Reminder, *, settings: LetterChannel = PLAIN, company: Company = COMPANY, address: str | None = ADDRESS
) -> OutboundLetter:
    """The letter of a sample, whose lines are added up first."""
    total = sum((item.said_amount for item in reminder.items), Decimal(0))
    return LetterRenderer(Creditor(company, AS_OF), TEMPLATES, settings).render(
        replace(reminder, recipient_address=address, total_amount=total)
    )


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF that is closed afterwards."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        yield document
    finally:
        document.close()


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page on one line each, as a reader would copy it; joints inside long words are closed."""
    with opened(pdf) as document:
        return [flat(page.get_textpage().get_text_range()) for page in document]


def text_of(pdf: bytes) -> str:
    """The text of all pages on one line."""
    return " ".join(pages_of(pdf))


def text_within(pdf: bytes, box: tuple[float, float, float, float]) -> list[str]:
    """The lines on page 1 inside left, top, right, bottom: millimetres from the upper left corner."""
    with opened(pdf) as document:
        page = document[0]
        left, top, right, bottom = (edge * POINTS_PER_MM for edge in box)
        height = page.get_height()
        text = page.get_textpage().get_text_bounded(left, height - bottom, right, height - top)
    return [line.strip() for line in text.splitlines() if line.strip()]


def flat(text: str) -> str:
    """`text` with single blanks, without the marks at which a page may break a word, and without hyphens at the end of lines."""
    return " ".join(re.sub(r"[\ufffe\x02]\s*", "", text.replace("\u200b", "")).split())


def bones(text: str) -> str:
    """`text` without blanks and hyphens: what stays the same however lines are broken."""
    return re.sub(r"[\s\u200b\ufffe\x02-]", "", text)
