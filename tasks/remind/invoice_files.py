"""Finds the PDF of a document in the folder of invoices, and nothing else: a document's number is text that others wrote."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tasks.remind.outbound import Attachment, clean_line
from tasks.settings.attachments import CUSTOMER, DOCUMENT, AttachmentSettings

PDF = "application/pdf"
_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024
"""Readers accept the mark within the first KB (ISO 32000-1, annex H.3.4.1)."""
_LONGEST_NUMBER = 150
_LONGEST_NAME = 100
_UNFIT = frozenset('\\:*?"<>|')
_MEGABYTE = 1_000_000

Missing = Literal[
    "not found", "no file name", "outside the folder", "no PDF", "too large", "number of several customers"
]
"""Why a document's file is not attached."""


@dataclass(frozen=True)
class InvoiceFolder:
    """The folder of `sending.attachments`; `root` is where it lies."""

    root: Path
    pattern: str
    bytes_allowed: int

    @property
    def tells_customers_apart(self) -> bool:
        """Whether documents of two customers with the same number have files of their own."""
        return CUSTOMER in self.pattern

    def file_of(self, *, document_number: str, customer_id: str) -> Path | Missing:
        """The file of a document of a customer, or why there is none. A number with / names a file in a folder of that name."""
        for value in (document_number, customer_id):
            parts = value.split("/")
            if len(value) > _LONGEST_NUMBER or not all(map(_is_plain, parts)):
                return "no file name"
        name = self.pattern.replace(CUSTOMER, customer_id).replace(DOCUMENT, document_number)
        path = self.root / name
        try:
            if not path.is_file():
                return "not found"
            # A link may lie in the folder; where it leads to may not lie outside.
            return path if path.resolve().is_relative_to(self.root.resolve()) else "outside the folder"
        except (OSError, ValueError):
            return "not found"

    def attachment_of(self, *, document_number: str, customer_id: str, bytes_left: int) -> Attachment | Missing:
        """The PDF of a document, read whole, or why it is not attached."""
        path = self.file_of(document_number=document_number, customer_id=customer_id)
        if not isinstance(path, Path):
            return path
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_size > bytes_left:
                    return "too large"
                content = file.read(bytes_left + 1)
        except OSError:
            return "not found"
        if len(content) > bytes_left:
            return "too large"
        if _MAGIC not in content[:_MAGIC_WITHIN]:
            return "no PDF"
        name = clean_line(document_number.replace("/", "-"))[:_LONGEST_NAME]
        return Attachment(f"{name}.pdf", PDF, content)


def invoice_folder(settings: AttachmentSettings, workspace: Path) -> InvoiceFolder:
    """The folder that `settings` names, from the workspace's."""
    return InvoiceFolder(workspace / settings.invoices, settings.pattern, int(settings.at_most_mb * _MEGABYTE))


def _is_plain(part: str) -> bool:
    """True for what can be the name of a file or folder everywhere, and means none other."""
    is_dots = not part.strip(". ")
    return not is_dots and part.isprintable() and not _UNFIT.intersection(part) and not part.startswith("~")
