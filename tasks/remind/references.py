"""The codes of a receivable as the debtor's accounts department looks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.remind.outbound import clean_line
from tasks.remind.reminder import Reference

# Ways to pay whose document has a name of its own in the reader's language.
_PAYMENT_DOCUMENTS = frozenset({"letra", "pagare", "direct_debit"})


def references_of(
    names: Sequence[str], values: Sequence[str | None], payment_method: str | None
) -> Iterator[Reference]:
    """The codes of a receivable, each with the name that its reader knows it by."""
    for name, value in zip(names, values, strict=True):
        if value:
            kind = (
                payment_method if name == "payment_document_number" and payment_method in _PAYMENT_DOCUMENTS else name
            )
            yield Reference(kind or name, clean_line(value))
