"""The run in counts and sums: what may be shown wherever runs are watched, for there is no personal data in it.

Names of customers belong to `tasks.report.page`, which stays in the company's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.report.cash import CashForecast, CashLine, forecast_of
from tasks.report.lines import (
    AgingLine,
    AmountLine,
    BatchLine,
    Bucket,
    DecisionLine,
    DuplicateLine,
    DutyLine,
    FileAmountLine,
    FileLine,
    Kind,
    KpiLine,
    MessageLine,
    QuarantineLine,
    RejectLine,
    ScoreLine,
    SetAsideLine,
    TaskLine,
)
from tasks.report.news import RunNews


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run in counts and sums per currency."""

    run_id: str
    company_id: str
    company_name: str
    as_of: date
    files: tuple[FileLine, ...]
    amounts: tuple[AmountLine, ...]
    file_amounts: tuple[FileAmountLine, ...]
    set_aside_rows: tuple[SetAsideLine, ...]
    aging: tuple[AgingLine, ...]
    decisions: tuple[DecisionLine, ...]
    messages: tuple[MessageLine, ...]
    batches: tuple[BatchLine, ...]
    rejects: tuple[RejectLine, ...]
    quarantine: tuple[QuarantineLine, ...]
    kpis: tuple[KpiLine, ...]
    cash: tuple[CashLine, ...]
    scores: tuple[ScoreLine, ...]
    contact_tasks: tuple[TaskLine, ...]
    internal_tasks: tuple[DutyLine, ...]
    duplicate_customers: tuple[DuplicateLine, ...]
    news: RunNews

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies of what is open, the one with most receivables first."""
        counts: dict[str, int] = {}
        for line in self.aging:
            counts[line.currency] = counts.get(line.currency, 0) + line.receivables
        return tuple(sorted(counts, key=lambda currency: (-counts[currency], currency)))

    @property
    def open_receivables(self) -> int:
        return sum(line.receivables for line in self.aging)

    @property
    def rows_in(self) -> int:
        return sum(line.rows_in for line in self.files)

    @property
    def refused(self) -> int:
        """Rows in quarantine."""
        return sum(line.quarantined for line in self.files)

    @property
    def open_refused(self) -> int:
        """Rows in quarantine that nobody has corrected yet."""
        return sum(line.open_rows for line in self.quarantine)

    @property
    def new_refused(self) -> int:
        """Of those, the ones that came with the newest deliveries."""
        return sum(line.new_rows for line in self.quarantine)

    @property
    def cleared(self) -> int:
        """Rows that the newest deliveries corrected, or hold no longer."""
        return sum(line.cleared_rows for line in self.quarantine)

    @property
    def duplicates(self) -> int:
        """Rows whose key came already, or comes again in a later file."""
        return sum(line.duplicates for line in self.files)

    @property
    def set_aside(self) -> int:
        """Rows of the files that are no data: titles, subtotals, records of other kinds."""
        return sum(line.set_aside for line in self.files)

    @property
    def set_aside_reasons(self) -> tuple[tuple[str, int], ...]:
        """Why rows were set aside, over all files, with how many each, most first."""
        rows: dict[str, int] = {}
        for line in self.set_aside_rows:
            rows[line.reason] = rows.get(line.reason, 0) + line.rows
        return tuple(sorted(rows.items(), key=lambda item: (-item[1], item[0])))

    @property
    def quarantine_currencies(self) -> tuple[str, ...]:
        """The currencies in which rows are open, new or cleared, and whose amounts can be read."""
        return tuple(sorted({line.currency for line in self.quarantine} - {"", "?"}))

    def quarantine_sums(self, kind: Kind) -> tuple[tuple[str, Decimal], ...]:
        """The sums by currency of the refused rows that are open, new or cleared, where they are not zero."""
        sums: dict[str, Decimal] = {}
        for line in self.quarantine:
            amount = {"open": line.open_amount, "new": line.new_amount, "cleared": line.cleared_amount}[kind]
            if line.currency in self.quarantine_currencies and amount:
                sums[line.currency] = sums.get(line.currency, Decimal(0)) + amount
        return tuple(sorted(sums.items()))

    def money_of(self, file: FileLine) -> tuple[FileAmountLine, ...]:
        """The sums of one file, by currency."""
        return tuple(line for line in self.file_amounts if (line.source, line.file) == (file.source, file.file))

    def aside_of(self, file: FileLine) -> tuple[SetAsideLine, ...]:
        """The rows of one file that were set aside, by reason."""
        return tuple(line for line in self.set_aside_rows if (line.source, line.file) == (file.source, file.file))

    def decided(self, decision: str) -> int:
        """Open receivables with this decision."""
        return sum(line.receivables for line in self.decisions if line.decision == decision)

    def because(self, reason: str) -> int:
        """Open receivables with this reason."""
        return sum(line.receivables for line in self.decisions if line.reason == reason)

    @property
    def likely_duplicates(self) -> int:
        """Pairs of customers that are probably one debtor: strong evidence only."""
        return sum(line.pairs for line in self.duplicate_customers if line.strength == "strong")

    def bucket(self, currency: str, bucket: Bucket) -> AgingLine:
        """What is open in one currency and bucket, also when that is nothing."""
        for line in self.aging:
            if (line.currency, line.bucket) == (currency, bucket):
                return line
        return AgingLine(currency=currency, bucket=bucket, receivables=0, amount=Decimal(0))

    def kpi(self, currency: str, metric: str) -> KpiLine | None:
        """A metric in a currency, where it is defined."""
        return next((line for line in self.kpis if (line.currency, line.metric) == (currency, metric)), None)

    def forecast(self, currency: str) -> CashForecast | None:
        """What the receivables open in a currency are expected to bring, where there are any."""
        return forecast_of(self.cash, currency=currency, as_of=self.as_of)

    def receivables(self, currency: str) -> int:
        """Open receivables in a currency."""
        return sum(line.receivables for line in self.aging if line.currency == currency)

    def open_amount(self, currency: str) -> Decimal:
        """All that is open in a currency."""
        return sum((line.amount for line in self.aging if line.currency == currency), Decimal(0))

    def overdue_amount(self, currency: str) -> Decimal:
        """What is past its due date in a currency."""
        overdue = (line.amount for line in self.aging if line.currency == currency and line.bucket != "current")
        return sum(overdue, Decimal(0))
