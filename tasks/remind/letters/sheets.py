"""Papers, and where the window of an envelope stands on them: millimetres from the left and upper edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["a4", "letter"]
Side = Literal["left", "right"]

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CO", "CL", "VE", "CR", "GT", "PA", "DO", "PR", "SV", "HN", "NI", "PH"})
"""Where letter paper is usual (CLDR, measurement data: paperSize US-Letter)."""


@dataclass(frozen=True)
class Window:
    """The address zone, below it the place of the return line; `seen` is what an envelope can show at all, however the sheet lies.

    `seen`: left, top, right, bottom. Only the two zones may stand in it.
    """

    left: float
    top: float
    width: float
    height: float
    return_top: float
    return_height: float
    seen: tuple[float, float, float, float]


@dataclass(frozen=True)
class Sheet:
    """A paper with margins, the block of facts (date, numbers) beside the window, where the text begins on page 1, and where it is folded."""

    width: float
    height: float
    left: float
    right: float
    facts_left: float
    facts_top: float
    facts_width: float
    facts_height: float
    body_top: float
    folds: tuple[float, ...]
    window: Window


_SHEETS: dict[tuple[Paper, Side], Sheet] = {
    # DIN 5008, form B: address field 85 x 45 mm at 20/45, of which the upper 17.7 mm are for the sender. Envelope DL (220 x 110)
    # with its window of 90 x 45, 20 from the left and 15 from the bottom.
    ("a4", "left"): Sheet(
        210, 297, 25, 20, 125, 45, 65, 48, 99, (105, 210),
        Window(25, 62.7, 80, 27.3, 55, 6, (10, 39, 110, 95)),
    ),
    # Spanish DL with its window of 100 x 35 on the right, 20 from the right and from the bottom.
    ("a4", "right"): Sheet(
        210, 297, 25, 20, 25, 45, 60, 48, 99, (105, 210),
        Window(112, 56, 77, 25, 48.5, 6, (90, 44, 200, 90)),
    ),
    # Envelope no. 10 (9.5 x 4.125 in) with its window of 4.5 x 1.125 in, 0.875 from the left and 0.5 from the bottom.
    ("letter", "left"): Sheet(
        215.9, 279.4, 25, 20, 138, 45, 57, 48, 97, (93.1, 186.2),
        Window(27, 63.5, 80, 19, 56, 6, (0, 51.7, 136.5, 92.1)),
    ),
    # The same envelope with its window on the right.
    ("letter", "right"): Sheet(
        215.9, 279.4, 25, 20, 25, 45, 50, 48, 97, (93.1, 186.2),
        Window(112, 63.5, 80, 19, 56, 6, (79.4, 51.7, 215.9, 92.1)),
    ),
}  # fmt: skip


def sheet_of(paper: Paper, side: Side) -> Sheet:
    """The sheet of a paper for envelopes with the window on one side."""
    return _SHEETS[paper, side]


def usual_paper(country: str) -> Paper:
    """What letters are printed on in a country."""
    return "letter" if country in LETTER_COUNTRIES else "a4"
