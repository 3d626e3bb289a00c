"""Typst as a function: reproducible, deaf to markup in the data, and of one thread each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import typst

from tasks.remind.letters.typeset import typeset

SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set text(font: "Libertinus Serif")
#data.title
#datetime.today().display()
"""
DAY = date(2026, 11, 20)


def text_of(pdf: bytes) -> str:
    """All text of a PDF, as a reader would copy it."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_same_input_makes_the_same_bytes_and_another_day_others() -> None:
    first = typeset(SOURCE, {"title": "Aviso"}, as_of=DAY)

    assert first == typeset(SOURCE, {"title": "Aviso"}, as_of=DAY)
    assert first != typeset(SOURCE, {"title": "Aviso"}, as_of=date(2026, 11, 21))
    assert "2026-11-20" in text_of(first)


def test_threads_set_the_same_page_side_by_side() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: typeset(SOURCE, {"title": "Aviso"}, as_of=DAY), range(16)))

    assert len(set(made)) == 1


@pytest.mark.parametrize(
    "hostile",
    ["#panic()", "$x^2$ *bold* _it_", "@preview/x:1", "\\ \\u{41} `raw`", "<b>&amp;</b>", '"quoted" #{"', "// no"],
)
def test_markup_in_the_data_is_shown_and_not_obeyed(hostile: str) -> None:
    assert hostile in text_of(typeset(SOURCE, {"title": hostile}, as_of=DAY))


@pytest.mark.parametrize("odd", ["a\x00b", "a\x07b", "a\u202eb", "a\ud800b", "a\u2028b", "a\u200fb"])
def test_characters_that_disguise_or_break_a_page_become_blanks(odd: str) -> None:
    assert "a b" in text_of(typeset(SOURCE, {"title": odd}, as_of=DAY))


def test_a_source_with_a_mistake_raises() -> None:
    with pytest.raises(typst.TypstError):
        typeset("#data.nothing", {"title": ""}, as_of=DAY)
