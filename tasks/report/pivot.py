"""The summary's lines with their currencies side by side: one row per thing a reader looks for, never a sum across currencies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.report.summary import RunSummary


@dataclass
class Row:
    """One row: its names, its counts, and the amount of each currency it has."""

    names: tuple[str, ...]
    receivables: int = 0
    messages: int = 0
    needing_approval: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, currency: str, amount: Decimal) -> None:
        """Adds to one currency."""
        self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + amount


def message_rows(summary: RunSummary) -> tuple[Row, ...]:
    """Messages by (segment, step, channel), in the order of the ladders."""
    rows: dict[tuple[str, ...], Row] = {}
    for line in summary.messages:
        names = (line.segment, line.step, line.channel)
        row = rows.setdefault(names, Row(names))
        row.messages += line.messages
        row.receivables += line.receivables
        row.needing_approval += line.needing_approval
        row.add(line.currency, line.amount)
    return tuple(rows.values())


def reason_rows(summary: RunSummary, decision: str) -> tuple[Row, ...]:
    """Open receivables of one decision by reason, the most frequent first."""
    rows: dict[str, Row] = {}
    for line in summary.decisions:
        if line.decision == decision:
            row = rows.setdefault(line.reason, Row((line.reason,)))
            row.receivables += line.receivables
            row.add(line.currency, line.amount)
    return tuple(sorted(rows.values(), key=lambda row: (-row.receivables, row.names)))


def currencies_of(rows: Iterable[Row], summary: RunSummary) -> tuple[str, ...]:
    """The currencies that occur in `rows`, in the summary's order."""
    found = {currency for row in rows for currency in row.amounts}
    return tuple(currency for currency in summary.currencies if currency in found)
