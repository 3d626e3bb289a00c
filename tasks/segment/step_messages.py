"""What a step adds to its messages: files, and who gets a copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from tasks.settings.strict import Strict

Enclosure = Literal["invoices", "statement"]
Address = Annotated[str, Field(pattern=r"^[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>]+$", max_length=254)]


class StepMessage(Strict):
    """Files go with e-mails and letters, the copy with e-mails; words are files below `templates/steps/<step>/` (docs/messages.md)."""

    attachments: tuple[Enclosure, ...] = Field(
        (), description="invoices: the PDF of each document (sending.attachments); statement: all that is open, as PDF."
    )
    copy_to: Address | None = Field(None, description="Who gets the blind copy, in place of the collector.")


TABLE = "policy.step_messages"
COLUMNS: Mapping[str, str] = {
    "ladder": "VARCHAR",
    "step_rank": "INTEGER",
    "attachments": "VARCHAR[]",
    "copy_to": "VARCHAR",
}
"""Of the table: one row per step that adds anything."""


def rows_of(ladder: str, messages: Iterator[StepMessage | None]) -> Iterator[tuple[str, int, list[str], str | None]]:
    """The rows of one ladder, from what its steps as they are decided add, in their order."""
    for rank, message in enumerate(messages, start=1):
        if message is not None:
            yield (ladder, rank, list(message.attachments), message.copy_to)
