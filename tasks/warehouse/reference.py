"""Writes `docs/warehouse.md` from the contracts: `python -m tasks.warehouse.reference`.

The page is committed; tests fail when it no longer says what the contracts say, when a metric is not defined on it, or when one
of its example queries does not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.contracts.load import Column, Contract
from tasks.paths import PROGRAM
from tasks.warehouse.catalogue import SCHEMA, published_tables

PAGE = PROGRAM / "docs" / "warehouse.md"


@dataclass(frozen=True)
class Metric:
    """A metric of `mart.kpis`: its unit and its definition, in one sentence."""

    name: str
    unit: str
    definition: str


@dataclass(frozen=True)
class Example:
    """A question an analyst asks, and the query that answers it."""

    question: str
    sql: str


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
    Metric("median_days_late", "days", "The same, unweighted: half were settled sooner, half later."),
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
    Metric(
        "due_count",
        "receivables",
        "Receivables that fell due in the month and of which it is known how they were paid.",
    ),
    Metric("settled_count", "receivables", "Receivables settled in full in the month."),
)

EXAMPLES = (
    Example(
        "Whom should we call first?",
        """SELECT c.name, c.risk_grade, b.currency, b.overdue_amount, b.max_days_overdue, b.expected_loss
FROM mart.customer_balances AS b
INNER JOIN mart.customers AS c USING (company_id, customer_id)
WHERE b.overdue_amount > 0
ORDER BY b.currency, b.expected_loss DESC
LIMIT 20""",
    ),
    Example(
        "How does DSO move in each segment?",
        """SELECT month, segment, currency, value AS dso_days
FROM mart.kpis
WHERE metric = 'dso' AND is_complete
ORDER BY currency, segment, month""",
    ),
    Example(
        "Why does nobody write about these?",
        """SELECT reason, currency, count(*) AS receivables, sum(open_amount) AS open_amount
FROM mart.decisions
WHERE decision = 'silent'
GROUP BY reason, currency
ORDER BY receivables DESC""",
    ),
    Example(
        "What do we expect to be paid in the coming weeks?",
        """SELECT date_trunc('week', expected_pay_date) AS week, currency, sum(open_amount) AS expected_amount
FROM mart.receivables
WHERE expected_pay_date IS NOT NULL
GROUP BY ALL
ORDER BY week, currency""",
    ),
    Example(
        "Which receivables belong to a purchase order?",
        """SELECT receivable_id, customer_id, open_amount, currency
FROM mart.receivables
WHERE document_references['purchase_order'] = '4500012345'""",
    ),
    Example(
        "Did every row of every run go somewhere?",
        """SELECT run_id, as_of, rows_in, landed + quarantined + duplicates AS rows_out, open_receivables, remind + wait + silent AS decided
FROM mart.runs
ORDER BY started_at DESC""",
    ),
)

_INTRODUCTION = """\
# The published warehouse

Generated from `data_contracts/mart_*.odcs.yaml` by `python -m tasks.warehouse.reference`; edit the contracts, not this page.

Every run publishes a new DuckDB file, `DIR/.puntual/warehouse/<run_id>.duckdb`, and then moves `current.duckdb` onto it. Open that one, read-only:

    puntual query DIR "SELECT count(*) FROM mart.receivables"
    duckdb -readonly DIR/.puntual/warehouse/current.duckdb

A published file never changes, so nobody waits and nothing moves under a query; open it again to see the next run. The newest
`warehouse.keep_runs` files stay. The whole file can be rebuilt from the landing zone and the ledger: deleting it loses nothing.

All tables are in schema `mart`, and every column carries its description as a comment (`FROM duckdb_columns()`). Amounts are
`DECIMAL(18,2)` in the currency beside them and are never added across currencies. Dates are days of the creditor's calendar,
timestamps are UTC. The run's date is `as_of` in `mart.runs`.

`puntual query` runs one reading statement. It can reach nothing but this file, and stops after `--timeout` seconds.
"""

_KPIS = """\
## Metrics of mart.kpis

Recomputed in every run from the whole history, for every month, segment and currency; segment `*` is all customers. Segments are
those of today: history is read in today's groups. What counts is invoices and debit notes, gross; credit notes and payments that
settle nothing yet stay out, disputed items stay in. A balance at a past day is what is open now plus what was paid since, so the last
month ties to `mart.receivables`. The current month is measured on the days so far (`is_complete` is false). A metric that is not
defined has no row.
"""


def warehouse_page() -> str:
    """The whole page."""
    tables = published_tables()
    lines = [_INTRODUCTION, "## Tables", "", "| table | rows |", "|---|---|"]
    lines += [f"| [`{SCHEMA}.{table.name}`](#{SCHEMA}{table.name}) | {table.description} |" for table in tables]
    lines += ["", "## Questions", ""]
    for example in EXAMPLES:
        lines += [example.question, "", "```sql", example.sql, "```", ""]
    lines += [_KPIS, "| metric | unit | definition |", "|---|---|---|"]
    lines += [f"| `{metric.name}` | {metric.unit} | {metric.definition} |" for metric in METRICS]
    lines += [""]
    for table in tables:
        lines += _section(table)
    return "\n".join(lines).rstrip() + "\n"


def _section(table: Contract) -> Iterator[str]:
    yield f"## {SCHEMA}.{table.name}"
    yield ""
    yield f"{table.description} Key: {', '.join(f'`{part}`' for part in table.key)}."
    yield ""
    yield "| column | type | unit | meaning |"
    yield "|---|---|---|---|"
    yield from (_column_line(column) for column in table.columns)
    yield ""


def _column_line(column: Column) -> str:
    maybe_empty = "" if column.is_required else " May be empty."
    return f"| `{column.name}` | {column.type} | {column.unit or ''} | {column.description}{maybe_empty} |"


if __name__ == "__main__":
    PAGE.write_text(warehouse_page(), encoding="utf-8")
