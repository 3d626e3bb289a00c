"""A letter as a PDF: its text, its addressee and the creditor on a sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

from tasks.paths import TEMPLATES
from tasks.remind.letters.address import Addressee
from tasks.remind.letters.sheets import Sheet
from tasks.remind.letters.typeset import Json, typeset
from tasks.remind.letters.wording import Cells, LetterText, lines_of, paragraphs_of
from tasks.remind.outbound import clean_line
from tasks.settings.workspace import Company

_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")


@dataclass(frozen=True)
class PdfPages:
    """A PDF and how many pages it has."""

    content: bytes
    count: int


def letter_pdf(
    text: LetterText,
    addressee: Addressee,
    *,
    subject: str,
    company: Company,
    sheet: Sheet,
    language: str,
    as_of: date,
    enclosed: Sequence[str] = (),
) -> PdfPages:
    """The letter on paper, with the names of what is `enclosed` below the signature.

    The same arguments give the same bytes; `as_of` is the PDF's date of creation.
    """
    page: dict[str, Json] = {
        "sheet": asdict(sheet),
        "language": language,
        "region": addressee.country or company.country,
        "title": f"{company.name}: {subject}",
        "subject": subject,
        "company": clean_line(company.name),
        "returns_to": " · ".join(part for part in (clean_line(company.name), clean_line(company.address)) if part),
        "head": [line for line in (clean_line(company.address), clean_line(company.tax_id)) if line],
        "imprint": [" · ".join(filter(None, map(clean_line, (company.name, company.tax_id, company.address))))],
        "addressee": list(addressee.lines),
        "enclosed": [text.one("enclosed")[0], " · ".join(map(clean_line, enclosed))] if enclosed else [],
        "day": next((value for _, value in text.all("fact")), ""),
    }
    content = typeset(_source(), {**page, **_body(text)}, as_of=as_of)
    # Our own tree of pages is the first object that a PDF of typst has; no text stands before it.
    counted = _PAGES.search(content)
    return PdfPages(content, int(counted.group(1)) if counted else 0)


def _body(text: LetterText) -> dict[str, Json]:
    return {
        "page": list(text.one("page")),
        "facts": [[label, lines_of(value)] for label, value in text.all("fact") if value],
        "greeting": text.one("greeting")[0],
        "opening": paragraphs_of(text.all("opening")),
        "sums": [list(cells) for cells in text.all("sum")],
        "request": paragraphs_of(text.all("request")),
        "documents": list(text.one("documents")),
        "columns": list(text.one("columns")),
        "rows": [[lines_of(cell) or [""] for cell in row] for row in text.all("row")],
        "rest": [list(cells) for cells in text.all("rest")],
        "totals": [list(cells) for cells in text.all("total")],
        "notes": [cell for (cell,) in text.all("note")],
        "notices": [_notice(cells) for cells in text.all("notice")],
        "payment": text.one("payment")[0],
        "accounts": [list(cells) for cells in text.all("account")],
        "paying": [cell for (cell,) in text.all("paying")],
        "paid": [cell for (cell,) in text.all("paid")],
        "closing": paragraphs_of(text.all("closing")),
        "signature": [cell for cell in text.one("signature") if cell] or [""],
    }


def _notice(cells: Cells) -> Json:
    return [[cell for cell in cells[:1] if cell], lines_of(cells[1]), lines_of(cells[2])]


@cache
def _source() -> str:
    return (TEMPLATES / "layout" / "letter.typ").read_text(encoding="utf-8")
