"""The run in counts and sums: what may be shown wherever runs are watched, for there is no personal data in it.

Names of customers belong to `tasks.report.page`, which stays in the company's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tasks.ledger.counts import ReminderCounts
from tasks.report.cash import CashForecast, CashLine, forecast_of

Mode = Literal["plan", "send"]
Bucket = Literal["current", "1-30", "31-60", "61-90", "90+"]
Kind = Literal["open", "new", "cleared"]
KINDS: tuple[Kind, ...] = ("open", "new", "cleared")
BUCKETS: tuple[Bucket, ...] = ("current", "1-30", "31-60", "61-90", "90+")


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One file that was read: rows in = landed + quarantined + duplicates; `set_aside` stand beside them, no rows of the contract."""

    source: str
    contract: str
    file: str
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    set_aside: int


@dataclass(frozen=True, kw_only=True)
class AmountLine:
    """Money of one contract and currency through the same boundary; currency `?` are rows whose amount cannot be read."""

    contract: str
    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True, kw_only=True)
class FileAmountLine:
    """The same money of one file and currency; `?` again where the amount cannot be read."""

    source: str
    file: str
    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True, kw_only=True)
class SetAsideLine:
    """Rows of one file that are no rows of its contract, for one reason."""

    source: str
    file: str
    reason: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class AgingLine:
    """What is open in one currency and ageing bucket."""

    currency: str
    bucket: Bucket
    receivables: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """Open receivables of one decision, reason and currency."""

    decision: str
    reason: str
    currency: str
    receivables: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """Messages of the day by segment, step, channel and currency."""

    segment: str
    step: str
    channel: str
    currency: str
    messages: int
    receivables: int
    amount: Decimal
    needing_approval: int


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """A batch that is sent together."""

    segment: str
    channel: str
    batch_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class RejectLine:
    """Refused rows of one contract and reason; a row with two reasons counts in both."""

    contract: str
    kind: str
    reason: str
    fix: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class QuarantineLine:
    """Refused rows of one contract and currency ('': no money in it, '?': not readable): open, new, and cleared.

    New and cleared are since the delivery before the newest. `open_since`: when the oldest of the open ones came; None without any.
    """

    contract: str
    currency: str
    open_rows: int
    open_amount: Decimal
    open_since: date | None
    new_rows: int
    new_amount: Decimal
    cleared_rows: int
    cleared_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """Contact data to ask for: how many things of one kind, of how many customers."""

    task: str
    tasks: int
    customers: int


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """Tasks of our own people by what we owe: how many, how many of them overdue, and how many without an owner."""

    duty: str
    tasks: int
    overdue: int
    without_owner: int


@dataclass(frozen=True, kw_only=True)
class DuplicateLine:
    """Pairs of customers that may be one debtor, by how much speaks for it."""

    strength: str
    pairs: int


@dataclass(frozen=True, kw_only=True)
class KpiLine:
    """A metric over all customers in the last complete month, beside the month before."""

    currency: str
    metric: str
    unit: str
    month: date
    value: Decimal
    before: Decimal | None


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """Open receivables by what their score stands on: the method, the model's name ('': none), and how many of each confidence."""

    method: str
    model: str
    receivables: int
    high: int
    medium: int
    low: int


@dataclass(frozen=True)
class Link:
    """Where to look further: a name (key of the words) and a path or address."""

    name: str
    target: str


@dataclass(frozen=True)
class StageSeconds:
    """How long a stage took."""

    stage: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RunNews:
    """What the flow knows and the work database does not."""

    mode: Mode
    reminders: ReminderCounts
    warnings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    seconds: tuple[StageSeconds, ...] = ()
    strategy_waits: bool = False
    answers: int = 0


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
