"""What debtors, exports and settings may say reaches the page as it is written, and never as markup."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.problems import SettingsProblem
from tasks.remind.letters.sheets import sheet_of
from tasks.remind.letters.wording import CELL, ENTRY, letter_text
from tasks.remind.outbound import clean_line
from tasks.remind.reminder import Reference, Reminder
from tasks.remind.samples import bare, sample_reminder
from tests.letters.letter_samples import COMPANY, bones, flat, letter_of, text_of, text_within

SAMPLE = sample_reminder(purpose="overdue", language="es", tone="firm")
CORPUS = (
    "#panic()", '#read("/etc/passwd")', '#import "@preview/x:1.0.0"', "#set page(width: 1cm)", "#{while true {}}", "$x^2 / 0$", "*bold*",
    "_it_", "= Heading", "@reference", "<label>", "\\", "\\u{41}", "`raw`", "```code```", "// comment", "/* comment */", "~", "--- ...",
    "'quoted' \"quoted\"", "[content]", "]#panic()[", '"]#panic()["', "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "%s%n", "<script>alert(1)</script>",
    "&amp; &lt;b&gt;", "<!-- -->", "'; DROP TABLE x; --", "=cmd|' /C calc'!A0", "../../etc/passwd", "https://evil.example/x", "(/Count 99)",
    "/Type/Pages/Count 99", "endstream endobj", "%%EOF", "C:\\temp\\n", "\\n\\r\\t", "100%", "a#b$c@d*e_f", "sys.inputs", "null", "true",
)  # fmt: skip


@pytest.mark.parametrize("text", CORPUS)
def test_markup_is_shown_letter_by_letter(text: str) -> None:
    shown = text_of(letter_of(_saying(text)).pdf)

    assert shown.count(flat(text)) >= 3
    assert bones(f"Orden de compra: {text}") in bones(shown)


@pytest.mark.parametrize(
    "text",
    [
        "\u202eLIVE\u202c", "a\u200bb\u200d", "nul\x00bell\x07esc\x1b", f"{ENTRY}total{CELL}0{CELL}0", "\ud800", "line\u2028para\u2029",
        "😀👨‍👩‍👧🇪🇸", "שלום עולם", "مرحبا بالعالم", "日本語の会社", "Ελλάς Кириллица", "e\u0301\u0323" * 30, "\ufeffBOM\ufffe\uffff",
        "W" * 400, "i" * 400, "🤷" * 200, "-" * 300, "a\u00a0" * 100, ("x" * 30 + " ") * 20,
    ],
)  # fmt: skip
def test_characters_of_every_kind_break_no_page(text: str) -> None:
    letter = letter_of(_saying(text))

    assert letter.pages <= 3
    assert "1.010,50 €" in text_of(letter.pdf)
    sheet = sheet_of("a4", "left")
    beside = (0.0, 100.0, 20.0, 290.0), (sheet.width - 15.0, 20.0, sheet.width, 290.0)
    assert [text_within(letter.pdf, box) for box in beside] == [[], []]
    seen = " ".join(text_within(letter.pdf, sheet.window.seen))
    assert "€" not in seen
    assert "Total" not in seen


LINES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).map(clean_line).filter(bool)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, LINES, LINES, LINES, st.integers(1, 4))
def test_whatever_stands_in_a_reminder_it_becomes_a_letter(
    customer: str, recipient: str, document: str, street: str, copies: int
) -> None:
    item = replace(bare(SAMPLE).items[0], document_number=document, references=(Reference(customer, street),))
    reminder = replace(bare(SAMPLE), customer_name=customer, recipient_name=recipient, items=(item,) * copies)
    letter = letter_of(reminder, address=f"{street}\n28014 Madrid\nES")

    shown = bones(text_of(letter.pdf))
    plain = [text for text in (customer, document, street) if all(_is_latin(character) for character in text)]
    assert [text for text in plain if bones(text) not in shown] == []
    assert bones(f"{Decimal('1010.50') * copies:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")) in shown


def test_hostile_settings_are_text_as_well() -> None:
    evil = COMPANY.model_copy(update={"name": '#panic() "]', "address": "$x$ @y \\ <b>", "tax_id": "*1*"})
    shown = text_of(letter_of(SAMPLE, company=evil).pdf)

    assert '#panic() "]' in shown
    assert "$x$ @y \\ <b>" in shown


@pytest.mark.parametrize("written", [f"{ENTRY}unknown{CELL}x", f"{ENTRY}total{CELL}one", f"{ENTRY}row{CELL}" * 2])
def test_a_template_that_loses_an_entry_is_told_so(written: str) -> None:
    with pytest.raises(SettingsProblem, match="cells"):
        letter_text(written, template="overdue/es/letter.txt.j2")


def test_a_template_without_entries_is_a_letter_of_running_text() -> None:
    text = letter_text("One.\n\nTwo.\n", template="overdue/es/letter.txt.j2")

    assert text.one("opening") == ("One.\n\nTwo.",)
    assert text.all("row") == ()


def _saying(text: str) -> Reminder:
    item = replace(
        bare(SAMPLE).items[0],
        document_number=clean_line(text),
        references=(Reference("purchase_order", clean_line(text)),),
    )
    return replace(bare(SAMPLE), customer_name=clean_line(text), customer_id="C1", items=(item,))


def _is_latin(character: str) -> bool:
    return character == " " or (ord(character) < 0x17F and unicodedata.category(character)[0] in "LNP")
