"""`sending.letter` of `puntual.yaml`: where letters are handed over, to whom, and how they are folded."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.settings.strict import Strict

LetterService = Literal["print", "fax", "telegram"]


class LetterChannel(Strict):
    """Letters as PDF in batches, in a folder that a print, fax or telegram service, or a person, empties."""

    type: Literal["folder"] = "folder"
    folder: str = Field(min_length=1, description="The hand-over folder, relative to the workspace or absolute.")
    service: LetterService = Field("print", description="Who takes the batches; it names them.")
    window: Literal["left", "right"] = Field("left", description="The side of the envelope's window.")
    paper: Literal["a4", "letter", "by_country"] = Field(
        "a4", description="by_country: letter paper for addresses where that is usual, A4 elsewhere."
    )
    proof: Literal["none", "registered", "burofax"] = Field(
        "none", description="How the service is to deliver: what it can prove afterwards."
    )
