"""The diagnosis of a portfolio as its page shows it: the findings of `mart.diagnosis`, with the names that people know.

Personal where customers are persons: it goes to the run's folder (`tasks.report.diagnosis_page`) and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from tasks.report.early_warnings import EarlyWarning, WarningCount, read_warning_counts, read_warnings
from tasks.warehouse.connection import Connection

FindingKind = Literal["total", "where_risk_sits", "who_changed", "prevent_this_week", "concentration", "data_gap"]

_FINDINGS = """
SELECT d.kind, d.currency, d.finding, d.dimension, d.dimension_value, d.customer_id, c.name, r.document_number,
    d.receivable_id, d.customers, d.receivables, d.open_amount, d.overdue_amount, d.at_risk_amount, d.expected_loss,
    d.open_share, d.risk_share, d.counted, d.out_of, d.counted_share, d.measure, d.value_before, d.value_after,
    d.late_probability, d.due_date, d.next_action_on, d.reason, d.contact_task, d.score_reasons,
    d.risk_grade_before, d.risk_grade, d.risk_score_change, s.confidence AS score_confidence
FROM mart.diagnosis AS d
LEFT JOIN staging.customers AS c ON d.company_id = c.company_id AND d.customer_id = c.customer_id
LEFT JOIN staging.open_receivables AS r ON d.company_id = r.company_id AND d.receivable_id = r.receivable_id
LEFT JOIN score.receivable_scores AS s ON d.company_id = s.company_id AND d.receivable_id = s.receivable_id
ORDER BY d.kind, d.currency, d.rank
"""
_RUN = "SELECT run_id, company_name, as_of FROM run.parameters"
_LIMITS = "SELECT due_within_days, least_receivables, least_customers, least_share FROM diagnosis.parameters"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A row of `mart.diagnosis`, in the units of its contract, with names; what does not concern its kind is None."""

    kind: FindingKind
    currency: str
    finding: str
    dimension: str | None
    dimension_value: str | None
    customer_id: str | None
    name: str | None
    document_number: str | None
    receivable_id: str | None
    customers: int | None
    receivables: int | None
    open_amount: Decimal | None
    overdue_amount: Decimal | None
    at_risk_amount: Decimal | None
    expected_loss: Decimal | None
    open_share: float | None
    risk_share: float | None
    counted: int | None
    out_of: int | None
    counted_share: float | None
    measure: str | None
    value_before: float | None
    value_after: float | None
    late_probability: float | None
    due_date: date | None
    next_action_on: date | None
    reason: str | None
    contact_task: str | None
    score_reasons: tuple[str, ...]
    risk_grade_before: str | None
    risk_grade: str | None
    risk_score_change: int | None
    score_confidence: str | None

    @property
    def late_amount(self) -> Decimal:
        """Late money: what is overdue, and what is expected late of the rest."""
        return (self.overdue_amount or Decimal(0)) + (self.at_risk_amount or Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """All findings of one run, and the limits that the page names."""

    run_id: str
    company_name: str
    as_of: date
    due_within_days: int
    least_receivables: int
    least_customers: int
    least_share: Decimal
    findings: tuple[Finding, ...]
    warnings: tuple[EarlyWarning, ...]
    warning_counts: tuple[WarningCount, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies of what is open, the one with most receivables first."""
        totals = [line for line in self.findings if (line.kind, line.finding) == ("total", "open")]
        return tuple(
            line.currency for line in sorted(totals, key=lambda line: (-(line.receivables or 0), line.currency))
        )

    def of(self, kind: FindingKind, currency: str, *findings: str) -> tuple[Finding, ...]:
        """The findings of a kind and currency in their order, all or only those of the codes given."""
        return tuple(
            line
            for line in self.findings
            if (line.kind, line.currency) == (kind, currency) and (not findings or line.finding in findings)
        )

    def one(self, kind: FindingKind, currency: str, finding: str) -> Finding | None:
        """The first finding of this code, if there is one."""
        return next(iter(self.of(kind, currency, finding)), None)

    def warnings_of(self, customer_id: str | None) -> tuple[EarlyWarning, ...]:
        """The warnings of a customer that is listed for them, the strongest first."""
        return tuple(warning for warning in self.warnings if warning.customer_id == customer_id)


def read_diagnosis(connection: Connection) -> Diagnosis:
    """The diagnosis of the run whose work database `connection` has open; `mart` must be built."""
    run = connection.execute(_RUN).fetchone()
    limits = connection.execute(_LIMITS).fetchone()
    if run is None or limits is None:
        raise ValueError("run.parameters has no row")
    columns = [field.name for field in fields(Finding)]
    rows = (dict(zip(columns, row, strict=True)) for row in connection.execute(_FINDINGS).fetchall())
    return Diagnosis(
        run_id=run[0],
        company_name=run[1],
        as_of=run[2],
        due_within_days=limits[0],
        least_receivables=limits[1],
        least_customers=limits[2],
        least_share=limits[3],
        findings=tuple(Finding(**{**row, "score_reasons": tuple(row["score_reasons"] or ())}) for row in rows),
        warnings=read_warnings(connection),
        warning_counts=read_warning_counts(connection),
    )
