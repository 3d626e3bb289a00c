"""The page of a run for the company's own people: the summary, and the riskiest customers by name.

It is written to the run's folder only. What Prefect shows comes from `tasks.report.artifact`, which has no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tasks.private_files import write_private_text
from tasks.report.artifact import to_markdown
from tasks.report.lines import BUCKETS
from tasks.report.next_steps import next_steps
from tasks.report.rendering import environment
from tasks.report.summary import RunSummary
from tasks.report.words import Language, load_words
from tasks.warehouse.connection import Connection

RISKIEST_PER_CURRENCY = 5
SHOWN_METRICS = (
    "dso",
    "best_possible_dso",
    "average_days_delinquent",
    "countback_dso",
    "collection_effectiveness",
    "overdue_share",
    "late_share",
    "weighted_days_late",
    "sales",
    "collected",
)

_RISKIEST = """
WITH confidences AS (SELECT company_id, customer_id, any_value(score_confidence) AS confidence FROM mart.receivables GROUP BY ALL)
SELECT customer_id, name, risk_grade, confidence, segment, currency, open_amount, overdue_amount, max_days_overdue, expected_loss, reasons
FROM (
    SELECT b.customer_id, coalesce(c.name, b.customer_id) AS name, coalesce(c.risk_grade, '') AS risk_grade,
        coalesce(s.confidence, '') AS confidence, coalesce(c.segment, '') AS segment, b.currency,
        b.open_amount, b.overdue_amount, b.max_days_overdue, b.expected_loss,
        coalesce(c.risk_reasons, []) AS reasons,
        row_number() OVER (PARTITION BY b.currency ORDER BY b.expected_loss DESC, b.customer_id) AS place
    FROM mart.customer_balances AS b LEFT JOIN mart.customers AS c USING (company_id, customer_id)
        LEFT JOIN confidences AS s USING (company_id, customer_id)
    WHERE b.expected_loss > 0
) WHERE place <= $1 ORDER BY currency, place
"""


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """A customer among the largest expected losses of a currency. Personal where the customer is a person."""

    customer_id: str
    name: str
    risk_grade: str
    confidence: str
    segment: str
    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    max_days_overdue: int
    expected_loss: Decimal
    reasons: tuple[str, ...]


def read_riskiest(connection: Connection, *, per_currency: int = RISKIEST_PER_CURRENCY) -> tuple[RiskLine, ...]:
    """The customers with the largest expected loss in each currency, largest first; `mart` must be built."""
    cursor = connection.execute(_RISKIEST, [per_currency])
    names = [str(column[0]) for column in cursor.description or ()]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return tuple(RiskLine(**{**row, "reasons": tuple(row["reasons"])}) for row in rows)


def to_html(summary: RunSummary, riskiest: tuple[RiskLine, ...], language: Language) -> str:
    """The page as one HTML document that needs nothing else: no script, no remote file."""
    return (
        environment()
        .get_template("report/report.html.j2")
        .render(
            summary=summary,
            riskiest=riskiest,
            steps=next_steps(summary),
            buckets=BUCKETS,
            shown_metrics=SHOWN_METRICS,
            words=load_words(language),
        )
    )


def write_pages(folder: Path, summary: RunSummary, riskiest: tuple[RiskLine, ...], language: Language) -> Path:
    """Writes `report.html` (with names) and `report.md` (without) to the run's `folder`; gives the first one's path."""
    write_private_text(folder / "report.md", to_markdown(summary, language))
    return write_private_text(folder / "report.html", to_html(summary, riskiest, language))
