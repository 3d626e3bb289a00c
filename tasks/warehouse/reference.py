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
from tasks.warehouse.metrics import METRICS

PAGE = PROGRAM / "docs" / "warehouse.md"


@dataclass(frozen=True)
class Example:
    """A question an analyst asks, and the query that answers it."""

    question: str
    sql: str


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
        "How old is what is open, month by month?",
        """SELECT month, replace(metric, '_end', '') AS bucket, currency, value AS amount
FROM mart.kpis
WHERE segment = '*' AND (metric = 'current_end' OR metric LIKE 'overdue%0_end')
ORDER BY currency, month, bucket""",
    ),
    Example(
        "Which sectors take longest to pay?",
        """SELECT dimension_value AS sector, currency, value AS collection_average_days
FROM mart.kpis_by_dimension
WHERE dimension = 'sector' AND metric = 'collection_average' AND is_complete
QUALIFY month = max(month) OVER ()
ORDER BY currency, value DESC""",
    ),
    Example(
        "How much of what grows old is lost?",
        """SELECT currency, from_bucket, to_bucket, roll_rate, loss_rate, is_loss_fallback
FROM mart.roll_rates
WHERE is_pooled
ORDER BY currency, loss_rate""",
    ),
    Example(
        "Which kinds of customers hold more of the late money than of the open money?",
        """SELECT currency, dimension, dimension_value, open_share, risk_share, customers
FROM mart.diagnosis
WHERE kind = 'where_risk_sits' AND finding = 'over_represented'
ORDER BY currency, rank""",
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

Recomputed in every run from the whole history, for every month, segment and currency; segment `*` is all customers. The same metrics by
sector, zone, country, class and payment method are in `mart.kpis_by_dimension`. [kpis.md](kpis.md) has their formulas with worked
numbers, what counts and what does not, and the roll rates. A metric that is not defined has no row.
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
