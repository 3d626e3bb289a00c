"""The tables that segment and decide read, made inside DuckDB at any size, and the strategy of the benchmark."""

from __future__ import annotations

from datetime import date

from tasks.segment.load import parse_strategy
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tests.segment.filling import BUILT_BEFORE

AS_OF = date(2026, 6, 16)
SECTORS = 9

STEPS = [
    {"step": "soon", "before_due": 12, "tone": "courteous"},
    {"step": "very_soon", "before_due": 4, "tone": "courteous"},
    {"step": "today", "on_due": True},
    {"step": "first", "after_due": 3},
    {"step": "second", "after_due": 10, "channels": ["email", "call"]},
    {"step": "statement", "end_of_month": 30, "purpose": "statement"},
    {"step": "third", "previous_step": 10, "repeat": {"every": 10, "at_most": 2}},
    {"step": "fourth", "previous_step": 20, "tone": "firm", "channel": "letter", "fallback_channels": ["email"]},
    {"step": "deadline", "previous_step": 10, "purpose": "suspension_deadline", "tone": "firm"},
    {"step": "suspended", "previous_step": 20, "purpose": "suspension", "tone": "firm", "needs_approval": True},
    {"step": "legal_letter", "previous_step": 10, "purpose": "legal_deadline", "tone": "firm", "contact_role": "legal"},
    {"step": "lawyer", "previous_step": 20, "purpose": "hand_over", "channel": "legal", "needs_approval": True},
]

# Each SELECT makes one table of `$rows` receivables; what is drawn is a hash of the row's number, the same in every run.
TABLES = {
    "staging.customers": """
        SELECT 'acme' AS company_id, 'C' || c AS customer_id, 'Name ' || c AS name, ['ES', 'MX', 'FR'][1 + (hash(c, 1) % 3)::BIGINT] AS country,
            'S' || hash(c, 2) % 9 AS sector, CASE WHEN hash(c, 3) % 200 = 0 THEN 'insolvent' ELSE 'normal' END AS financial_situation
        FROM range($rows // 20) AS t(c)""",
    "score.customer_scores": """
        SELECT 'acme' AS company_id, 'C' || c AS customer_id, ['A', 'B', 'C', 'D', 'E'][1 + (hash(c, 4) % 5)::BIGINT] AS risk_grade,
            hash(c, 5) % 10 = 0 AS is_new
        FROM range($rows // 20) AS t(c)""",
    "staging.contacts": """
        SELECT 'acme' AS company_id, 'C' || c AS customer_id, 'K' || c AS contact_id,
            ['reminder', 'invoice', 'escalation'][1 + (hash(c, 6) % 3)::BIGINT] AS role, 'Name' AS name,
            CASE WHEN hash(c, 7) % 20 > 0 THEN 'k' || c || '@debtor.example' END AS email,
            CASE WHEN hash(c, 8) % 2 = 0 THEN '+34 910 000 000' END AS phone
        FROM range($rows // 20) AS t(c)""",
    "staging.open_receivables": """
        SELECT 'acme' AS company_id, 'C' || r % ($rows // 20) AS customer_id, 'R' || r AS receivable_id, 'D' || r AS document_number,
            ['EUR', 'EUR', 'MXN'][1 + (hash(r, 1) % 3)::BIGINT] AS currency, (1 + hash(r, 2) % 500000) / 100 AS open_amount,
            due_date - 30 AS invoice_date, due_date, ($as_of - due_date)::INTEGER AS days_overdue, hash(r, 4) % 100 = 0 AS is_disputed,
            'invoice' AS document_type
        FROM (SELECT range AS r, $as_of - (hash(range, 3) % 150)::INTEGER + 30 AS due_date FROM range($rows))""",
    "staging.settlements": """
        SELECT company_id, customer_id, receivable_id, currency, invoice_date, due_date, 0 AS paid_amount, open_amount
        FROM staging.open_receivables""",
    "staging.allocations": """
        SELECT company_id, 'P' || receivable_id AS payment_id, receivable_id, currency, 1 AS amount, due_date + 2 AS paid_on
        FROM staging.open_receivables WHERE due_date + 2 <= $as_of AND hash(receivable_id, 1) % 30 = 0""",
    "staging.open_allocations": "FROM staging.allocations",
    "staging.credits": """
        SELECT 'acme' AS company_id, 'C' || c AS customer_id, 'EUR' AS currency, 100 AS credit_amount
        FROM range($rows // 20) AS t(c) WHERE hash(c, 9) % 10 = 0""",
    # Who is late heard of it: the first step of all that had time, further ones of most.
    "ledger.sent_steps": """
        SELECT company_id, customer_id, receivable_id, s.step, 'email' AS channel, due_date + s.day AS sent_on, 'arrived' AS delivery
        FROM staging.open_receivables,
            (VALUES ('soon', -12), ('first', 4), ('second', 12), ('third', 45), ('third', 56), ('fourth', 80)) AS s(step, day)
        WHERE due_date + s.day < $as_of AND hash(receivable_id, s.step) % 4 > 0""",
    "ledger.contact_days": """
        SELECT DISTINCT company_id, customer_id, channel, sent_on AS contacted_on FROM ledger.sent_steps
        WHERE hash(customer_id, sent_on) % 8 = 0""",
    "ledger.promises": """
        SELECT 'P' || receivable_id AS promise_id, company_id, customer_id, receivable_id, currency, $as_of - 9 AS recorded_on,
            $as_of + (hash(receivable_id, 5) % 12)::INTEGER - 6 AS promised_for
        FROM staging.open_receivables WHERE days_overdue > 0 AND hash(receivable_id, 6) % 100 = 0""",
    "ledger.disputes": """
        SELECT 'D' || receivable_id AS dispute_id, company_id, customer_id, receivable_id, $as_of - 20 AS opened_on
        FROM staging.open_receivables WHERE hash(receivable_id, 7) % 200 = 0""",
    "ledger.holds": """
        SELECT 'H' || c AS hold_id, 'acme' AS company_id, 'C' || c AS customer_id, $as_of - 5 AS from_on, $as_of + 5 AS until_on
        FROM range($rows // 20) AS t(c) WHERE hash(c, 10) % 100 = 0""",
    "landing.payments": "SELECT 'acme' AS company_id, $as_of - 1 AS paid_on",
}  # fmt: skip


def strategy() -> Strategy:
    """One ladder of 12 steps, 20 segments that use it, two of them in peace."""
    segments: list[dict[str, object]] = [
        {"name": "new_and_good", "when": {"is_new": True, "risk_grade": "A"}, "ladder": "none"}
    ]
    for sector in range(SECTORS):
        for name, grades in (("risky", ["D", "E"]), ("safe", ["A", "B"])):
            when = {
                "sector": f"S{sector}",
                "risk_grade": grades,
                "overdue_amount": {"EUR": {"at_least": 500 * (sector + 1)}},
            }
            segments.append({"name": f"{name}_{sector}", "when": when, "ladder": "long"})
    return parse_strategy({
        "contact_cap": {"contacts": 2, "per_days": 7},
        "minimum_amount": {"EUR": 30, "MXN": 600},
        "ladders": {"long": {"on_part_payment": "restart", "steps": STEPS}},
        "segments": [*segments, {"name": "others", "ladder": "long"}],
    })  # fmt: skip


def generate_tables(connection: Connection, rows: int) -> dict[str, int]:
    """Makes all tables for so many open receivables; returns their rows."""
    create_empty_inputs(connection)
    for relation, columns in BUILT_BEFORE.items():
        typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
        create_empty(connection, relation, typed)
    connection.execute(
        "INSERT INTO run.parameters BY NAME SELECT '20260616-00000001' AS run_id, $1 AS as_of, $1 AS known_on, 'acme' AS company_id,"
        " 'Acme' AS company_name, 'ES' AS company_country, 'es' AS company_language, 'EUR' AS company_currency",
        [AS_OF],
    )
    made = {}
    for relation, select in TABLES.items():
        given = {name: value for name, value in (("rows", rows), ("as_of", AS_OF)) if f"${name}" in select}
        connection.execute(f"INSERT INTO {relation} BY NAME {select}", given)
        (count,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)  # noqa: S608 - ours
        made[relation] = int(count)
    return made
