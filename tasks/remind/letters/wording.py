"""What a letter says, as `templates/layout/letter.txt.j2` lists it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.problems import SettingsProblem
from tasks.remind.letters.typeset import legible

ENTRY, CELL, LINE = "\x1e", "\x1f", "\x1d"
# How many cells each entry has behind its name.
_CELLS: Mapping[str, int] = {
    "page": 2, "fact": 2, "greeting": 1, "opening": 1, "sum": 3, "request": 1, "documents": 2, "columns": 5, "row": 5, "rest": 2,
    "total": 2, "note": 1, "notice": 3, "payment": 1, "account": 2, "paying": 1, "paid": 1, "closing": 1, "signature": 3, "enclosed": 1,
}  # fmt: skip
Cells = tuple[str, ...]


@dataclass(frozen=True)
class LetterText:
    """The entries of a letter by name, each in its order; every entry has as many cells as its name asks for."""

    entries: Mapping[str, Sequence[Cells]]

    def all(self, name: str) -> Sequence[Cells]:
        """Every entry of a name."""
        return self.entries.get(name, ())

    def one(self, name: str) -> Cells:
        """The cells of the first entry of a name, else empty ones."""
        found = self.all(name)
        return found[0] if found else ("",) * _CELLS[name]


def letter_text(rendered: str, *, template: str) -> LetterText:
    """Reads what the template wrote. A template without entries of its own is a letter of running text: all of it is the opening.

    Raises:
        SettingsProblem: an entry is unknown or has too few or too many cells; it names `template`.
    """
    free, *listed = rendered.split(ENTRY)
    if not listed:
        return LetterText({"opening": [(rendered.strip(),)]})
    entries: dict[str, list[Cells]] = {}
    for written in listed:
        name, *cells = (legible_cell(cell) for cell in written.split(CELL))
        if len(cells) != _CELLS.get(name):
            what = f"the entry {name[:40]!r} has {len(cells)} cells"
            fix = "Keep entries and cells as they are in our layout/letter.txt.j2, and change what stands in them."
            raise SettingsProblem.at(f"templates/{template}", what, fix)
        entries.setdefault(name, []).append(tuple(cells))
    if free.strip():
        entries.setdefault("opening", []).insert(0, (free.strip(),))
    return LetterText(entries)


def legible_cell(cell: str) -> str:
    """`cell` without blanks around it, of its control characters only the ends of lines."""
    return LINE.join(legible(part).strip() for part in cell.split(LINE))


def lines_of(cell: str) -> list[str]:
    """The lines of a cell that has several; none for an empty one."""
    return [line for line in cell.split(LINE) if line]


def paragraphs_of(cells: Sequence[Cells]) -> list[list[str]]:
    """Running text as paragraphs of lines; an empty line ends a paragraph."""
    texts = [text for (cell,) in cells for text in cell.split("\n\n")]
    return [[line.strip() for line in text.strip().split("\n")] for text in texts if text.strip()]
