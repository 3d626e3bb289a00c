"""`sending.attachments` of `puntual.yaml`: where the files lie that go with messages."""

from __future__ import annotations

from pathlib import PurePosixPath

from pydantic import Field, field_validator

from tasks.settings.strict import Strict

DOCUMENT = "{document_number}"
CUSTOMER = "{customer_id}"


class AttachmentSettings(Strict):
    """A folder with the invoices as PDF, one file for each document. Nothing is attached unless a step says so."""

    invoices: str = Field(description="The folder, relative to the workspace or absolute.")
    pattern: str = Field(
        DOCUMENT + ".pdf", description="The file of a document below the folder; {customer_id} may stand in it too."
    )
    at_most_mb: float = Field(
        5, gt=0, le=20, description="All files of one message together; what is beyond stays out."
    )

    @field_validator("pattern")
    @classmethod
    def _names_the_document(cls, pattern: str) -> str:
        path = PurePosixPath(pattern)
        if DOCUMENT not in pattern:
            raise ValueError(f"the pattern must name the document: write {DOCUMENT} in it")
        if path.is_absolute() or ".." in path.parts or "\\" in pattern:
            raise ValueError("the pattern must stay inside the folder: no leading / and no ..")
        return pattern
