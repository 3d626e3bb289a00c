"""A letter on paper: the words of the e-mail, an address in the window and nothing else, a table over several pages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import get_args

import pytest

from tasks.paths import TEMPLATES as TEMPLATE_FILES
from tasks.remind.creditor import Creditor
from tasks.remind.letters.rendering import ROWS_SHOWN, LetterRenderer
from tasks.remind.letters.sheets import Paper, Side, sheet_of
from tasks.remind.local_words import ON_PAPER, local_words
from tasks.remind.outbound import Attachment, OutboundLetter
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, bare, charged, mixed, sample_reminder
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES
from tasks.settings.letters import LetterChannel
from tests.letters.letter_samples import (
    COMPANY,
    TEMPLATES,
    bones,
    flat,
    letter_of,
    opened,
    pages_of,
    text_of,
    text_within,
)

OVERDUE = sample_reminder(purpose="overdue", language="es", tone="firm")
LONG = "Obras y Reformas de los Hermanos Fernández-Villaverde y Etxeberria de la Santísima Trinidad, Sociedad Cooperativa Andaluza"
MANY = replace(OVERDUE, items=tuple(replace(OVERDUE.items[n % 3], document_number=f"F26-{n:06}") for n in range(60)))


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_what_the_e_mail_says(purpose: str, language: str) -> None:
    reminder = sample_reminder(purpose=purpose, language=language, tone="firm")  # type: ignore[arg-type]
    mail = Renderer(Creditor(COMPANY, AS_OF), TEMPLATES, copies_collector=False).render(reminder)
    letter = text_of(letter_of(reminder).pdf)

    on_paper = local_words((TEMPLATE_FILES / "layout" / language / ON_PAPER).read_text(encoding="utf-8"), language)
    text = on_paper.said(mail.text)
    sentences = [line.removeprefix("- ") for line in text.splitlines() if line.endswith(".") and len(line) > 60]
    *said, why_by_mail = sentences
    assert said
    assert [sentence for sentence in said if bones(sentence) not in bones(letter)] == []
    assert bones(why_by_mail) not in bones(letter)
    assert bones(mail.subject) in bones(letter)
    assert all(item.document_number in letter for item in reminder.items)


@pytest.mark.parametrize("paper", get_args(Paper))
@pytest.mark.parametrize("window", get_args(Side))
@pytest.mark.parametrize("customer", ["Talleres Ebro, S.L.", LONG])
def test_the_window_shows_names_and_addresses_and_nothing_of_the_debt(
    paper: Paper, window: Side, customer: str
) -> None:
    settings = LetterChannel(folder="letters", paper=paper, window=window)
    address = "Polígono Industrial Los Llanos, Calle de los Fundidores 1287\nNave 14, portal B, oficina 207\n1000-001 Lisboa\nPT"
    letter = letter_of(replace(OVERDUE, customer_name=customer), settings=settings, address=address)

    sheet = sheet_of(paper, window)
    seen = " ".join(text_within(letter.pdf, sheet.window.seen))

    assert flat(seen) == flat(f"{COMPANY.name} · {COMPANY.address} {' '.join(letter.addressee)}")
    zone = sheet.window
    assert zone.seen[0] <= zone.left
    assert zone.left + zone.width <= zone.seen[2]
    assert zone.seen[1] <= zone.return_top
    assert zone.top + zone.height <= zone.seen[3]
    assert sheet.body_top > zone.seen[3]


def test_sixty_receivables_run_over_pages_with_the_head_of_the_table_and_numbers_on_each() -> None:
    letter = letter_of(MANY)
    pages = pages_of(letter.pdf)

    assert letter.pages == len(pages) > 3
    assert [page for number, page in enumerate(pages, 1) if f"Página {number} de {len(pages)}" not in page] == []
    listing = [page for page in pages if "F26-0000" in page]
    assert len(listing) > 2
    assert all("Documento Emisión Vencimiento Importe Pendiente" in page for page in listing)
    numbers = re.findall(r"F26-\d{6}", " ".join(pages))
    assert numbers == [f"F26-{n:06}" for n in range(60)]
    assert "Total pendiente en EUR 402.057,40 €" in " ".join(pages)


def test_more_rows_than_a_letter_lists_are_one_line_with_count_and_sum() -> None:
    items = tuple(replace(OVERDUE.items[0], document_number=f"D{n}") for n in range(ROWS_SHOWN + 2))
    text = text_of(letter_of(replace(OVERDUE, items=items)).pdf)

    assert f"D{ROWS_SHOWN - 1} " in text
    assert f"D{ROWS_SHOWN} " not in text
    assert "Y 2 más, con detalle a su disposición 2.021,00 €" in text


def test_one_receivable_is_one_page_with_all_that_is_needed_to_pay() -> None:
    letter = letter_of(bare(OVERDUE))
    (page,) = pages_of(letter.pdf)

    for part in (
        "Suministros del Norte, S.A.",
        "20 de noviembre de 2026",
        "N.º de cliente C00042",
        "Total pendiente 1.010,50 €",
        "ES91 2100 0418 4502 0005 1332",
        "Lucía Romero Suministros del Norte, S.A.",
        "Página 1 de 1",
    ):
        assert part in page


def test_what_is_enclosed_is_named_below_the_signature() -> None:
    files = (
        Attachment("F26-1.pdf", "application/pdf", b"%PDF"),
        Attachment("extracto.pdf", "application/pdf", b"%PDF"),
    )
    renderer = LetterRenderer(Creditor(COMPANY, AS_OF), TEMPLATES, LetterChannel(folder="letters"), lambda _: files)
    letter = renderer.render(bare(OVERDUE))
    assert letter.attachments == files
    assert "Lucía Romero Suministros del Norte, S.A. Se adjunta: F26-1 · extracto" in text_of(letter.pdf)
    assert "Se adjunta" not in text_of(letter_of(bare(OVERDUE)).pdf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_credits_and_discounts_stand_on_the_letter(language: str) -> None:
    reminder = sample_reminder(purpose="overdue", language=language)
    for sample in (charged(reminder), mixed(reminder)):
        mail = Renderer(Creditor(COMPANY, AS_OF), TEMPLATES, copies_collector=False).render(
            replace(sample, total_amount=sum(item.said_amount for item in sample.items))  # type: ignore[arg-type]
        )
        letter = text_of(letter_of(sample).pdf)
        amounts = set(re.findall(r"[\d.,]*\d[\u00a0 ]€|€[\d.,]*\d", mail.text))
        assert {amount for amount in amounts if flat(amount) not in letter} == set()


def test_a_letter_abroad_names_the_country_in_the_words_of_the_senders_post() -> None:
    letter = letter_of(OVERDUE, address="5 rue de la Paix\n75002 Paris\nFR")

    assert letter.addressee == ("Talleres Ebro, S.L.", "Marta Gil Arce", "5 rue de la Paix", "75002 Paris", "FRANCIA")
    assert letter.country == "FR"


def test_paper_by_country_is_that_of_the_address() -> None:
    settings = LetterChannel(folder="letters", paper="by_country")

    def size(letter: OutboundLetter) -> tuple[int, int]:
        with opened(letter.pdf) as document:
            return round(document[0].get_width()), round(document[0].get_height())

    assert size(letter_of(OVERDUE, settings=settings)) == (595, 842)
    mexican = letter_of(OVERDUE, settings=settings, address="Av. Juárez 50\n44100 Guadalajara, Jalisco\nMX")
    assert size(mexican) == (612, 792)
    assert mexican.paper == "letter"


def test_the_same_letter_has_the_same_bytes_and_hash_and_another_has_others() -> None:
    first, again, other = letter_of(OVERDUE), letter_of(OVERDUE), letter_of(MANY)

    assert hashlib.sha256(first.pdf).digest() == hashlib.sha256(again.pdf).digest()
    assert first.content_hash == again.content_hash != other.content_hash


def test_fonts_are_embedded_so_that_every_printer_prints_the_same() -> None:
    pdf = letter_of(MANY).pdf
    fonts = set(re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", pdf))

    assert fonts
    assert {font for font in fonts if not font.startswith((b"LibertinusSerif", b"DejaVuSansMono", b"NewCM"))} == set()
    assert len(re.findall(rb"/FontFile", pdf)) >= len(fonts)


def test_lines_that_do_not_add_up_to_the_decision_are_never_printed() -> None:
    renderer = LetterRenderer(Creditor(COMPANY, AS_OF), TEMPLATES, LetterChannel(folder="letters"))
    with pytest.raises(ValueError, match="lines add up"):
        renderer.render(replace(OVERDUE, total_amount=OVERDUE.total_amount + 1))
