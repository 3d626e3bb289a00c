"""What a comparison asks of us becomes internal tasks, so that nobody is reminded of what is ours to put right first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tasks.duties.kinds import Duty
from tasks.ledger.knowledge import DutyEntry
from tasks.statements.lines import Comparison, Finding

DUTY_OF: dict[Finding, Duty] = {
    Finding.MISSING_INVOICE: "document_not_sent",
    Finding.UNAPPLIED_PAYMENT: "payment_not_applied",
    Finding.CREDIT_NOT_TAKEN: "credit_note_pending",
    Finding.CREDIT_NOT_ISSUED: "credit_note_pending",
}
"""Findings that are ours to act on. The others are for the debtor to explain, and the reply asks him."""


def duties_of(comparison: Comparison, *, author: str, on: date) -> Iterator[DutyEntry]:
    """One entry per receivable that is open with us and waits for us; what concerns none of them needs no reminder held back."""
    for item in comparison.differences:
        duty = DUTY_OF.get(item.finding)
        if duty is None or not item.ours or not item.difference:
            continue
        for receivable_id in item.receivable_ids:
            yield DutyEntry(
                customer_id=comparison.customer_id,
                receivable_id=receivable_id,
                duty=duty,
                is_met=False,
                noted_on=on,
                note=f"statement of {comparison.statement_date.isoformat()}: {item.finding}",
                author=author,
                recorded_on=on,
            )
