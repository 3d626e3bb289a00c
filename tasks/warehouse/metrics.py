"""What each metric of `mart.kpis` and `mart.kpis_by_dimension` is, in one sentence; the published page lists them.

The formulas are in `sql/report/metrics.sql`, worked numbers in `docs/kpis.md`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A metric: its unit and its definition, in one sentence."""

    name: str
    unit: str
    definition: str


METRICS = (
    Metric(
        "dso",
        "days",
        "Days sales outstanding: what is open at the end, over the month's sales, times the month's days.",
    ),
    Metric("best_possible_dso", "days", "The same with only what is not yet due: the DSO if everybody paid on time."),
    Metric("average_days_delinquent", "days", "DSO less best possible DSO: the days that lateness costs."),
    Metric(
        "countback_dso",
        "days",
        "Days of sales, counted back from the month's end, that the balance stands for; no row when it is larger than all known sales.",
    ),
    Metric(
        "collection_average",
        "days",
        "Average of collection (promedio de cobranza): days from invoice to money, weighted by amount, of what was received in the month.",
    ),
    Metric(
        "collection_effectiveness",
        "percent",
        "What could be collected in the month and was: (begin + sales - end) / (begin + sales - not yet due at the end).",
    ),
    Metric("overdue_share", "percent", "Part of what is open at the end that is past its due date."),
    Metric(
        "late_share", "percent", "Of the receivables that fell due in the month, those not settled by their due date."
    ),
    Metric("late_amount_share", "percent", "The same by amount."),
    Metric(
        "at_risk_share",
        "percent",
        "Part of the month's sales still unpaid 90 days after the due date; known once those 90 days are over for all of them.",
    ),
    Metric(
        "weighted_days_late",
        "days",
        "Days from due date to settlement of what was settled in the month, weighted by amount; early is negative.",
    ),
    Metric(
        "median_days_late",
        "days",
        "The same, unweighted: half were settled sooner, half later; settled_count says of how many.",
    ),
    Metric("sales", "currency", "Invoices and debit notes issued, gross."),
    Metric(
        "collected",
        "currency",
        "Payments laid on receivables, by booking date; payments that settle nothing yet are left out.",
    ),
    Metric("receivables_begin", "currency", "Open at the beginning."),
    Metric("receivables_end", "currency", "Open at the end."),
    Metric("current_end", "currency", "Of that, not yet due."),
    Metric("overdue_end", "currency", "Of that, past its due date."),
    Metric("overdue_1_30_end", "currency", "Of that, 1 to 30 days past its due date."),
    Metric("overdue_31_60_end", "currency", "31 to 60 days past its due date."),
    Metric("overdue_61_90_end", "currency", "61 to 90 days past its due date."),
    Metric("overdue_over_90_end", "currency", "More than 90 days past its due date."),
    Metric(
        "aged_0_end", "currency", "Open at the end and invoiced on that very day: ageing by invoice date begins here."
    ),
    Metric("aged_1_30_end", "currency", "1 to 30 days after its invoice."),
    Metric("aged_31_60_end", "currency", "31 to 60 days after its invoice."),
    Metric("aged_61_90_end", "currency", "61 to 90 days after its invoice."),
    Metric("aged_over_90_end", "currency", "More than 90 days after its invoice."),
    Metric(
        "due_count",
        "receivables",
        "Receivables that fell due in the month and of which it is known how they were paid.",
    ),
    Metric("settled_count", "receivables", "Receivables settled in full in the month."),
)
