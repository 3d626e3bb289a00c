"""A document's instalments: one row each, and a problem where they do not add up to the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.extract.einvoices.rows import DocumentRow
from tasks.extract.einvoices.values import amount, number, plain, total


@dataclass(frozen=True)
class Instalment:
    """A part of a document: when and how much, unsigned as the document's total is written."""

    due_on: str
    amount: str
    payment_method: str = ""
    payment_method_code: str = ""


def per_instalment(
    document: DocumentRow, parts: Sequence[Instalment], *, may_sum_to: Sequence[str], negative: bool
) -> Iterator[DocumentRow]:
    """One row per part, or the document itself without parts; a single part has no number.

    `may_sum_to` are the document's totals (unsigned) that the parts may add up to; none: nothing to compare with.
    """
    if not parts:
        yield document
        return
    problem = document.problem or _difference(parts, may_sum_to)
    for position, part in enumerate(parts, start=1):
        yield replace(
            document,
            due_on=part.due_on or document.due_on,
            amount=amount(part.amount, negative=negative),
            instalment_number=str(position) if len(parts) > 1 else "",
            payment_method=part.payment_method or document.payment_method,
            payment_method_code=part.payment_method_code or document.payment_method_code,
            problem=problem,
        )


def _difference(parts: Sequence[Instalment], may_sum_to: Sequence[str]) -> str:
    """Why the parts do not make up the document; blank where they do, or where a value cannot be read (it says so itself)."""
    wanted = [value for text in may_sum_to if (value := number(text)) is not None]
    together = total(part.amount for part in parts)
    if together is None or not wanted or together in wanted:
        return ""
    return f"the instalments add up to {plain(together)} and the document to {plain(wanted[0])}"


def by_sign(amount_text: str, otherwise: str) -> str:
    """credit_note for a negative amount; `otherwise` for the rest (invoice or debit_note)."""
    value = number(amount_text)
    return "credit_note" if value is not None and value < 0 else otherwise


def is_positive(amount_text: str) -> bool:
    """Whether the amount can be read and is above zero."""
    value = number(amount_text)
    return value is not None and value > 0
