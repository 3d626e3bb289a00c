"""The small tables of the work database that the worklists' SQL reads and that Python writes: policy and allotments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from tasks.segment.ladders import WORK_CHANNELS
from tasks.warehouse.column_types import MONEY, Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.small_tables import write_small_table
from tasks.worklist.policy import Worklists

Row = tuple[str | int | Decimal | date | None, ...]

TABLES: Mapping[str, Columns] = {
    "policy.worklist_parameters": {"cost_of_money": "DECIMAL(9,4)", "longest_wait_days": "INTEGER"},
    "policy.work_minutes": {"channel": "VARCHAR", "minutes": "INTEGER"},
    "policy.very_large_debts": {"currency": "VARCHAR", "amount": MONEY},
    "policy.ranking_rates": {"currency": "VARCHAR", "rate": "DECIMAL(28,12)"},
    "worklist.allotments": {
        "company_id": "VARCHAR",
        "reminder_key": "VARCHAR",
        "collector": "VARCHAR",
        "collector_place": "INTEGER",
        "outcome": "VARCHAR",
        "reason": "VARCHAR",
    },
}
"""Name to columns; the first four are policy (`worklists:` of the strategy), the last is what `tasks.worklist.allot` decides."""


def load_worklist_policy(connection: Connection, worklists: Worklists) -> None:
    """Writes the policy tables and forgets allotments made under another policy."""
    replace(connection, "policy.worklist_parameters", [(worklists.cost_of_money, worklists.longest_wait_days)])
    replace(connection, "policy.work_minutes", [(channel, worklists.minutes(channel)) for channel in WORK_CHANNELS])
    replace(connection, "policy.very_large_debts", list(worklists.very_large_debt.items()))
    replace(connection, "policy.ranking_rates", list(worklists.ranking_rates.items()))
    replace(connection, "worklist.allotments", [])


def replace(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """Makes `rows` the content of one of `TABLES`."""
    write_small_table(connection, table, TABLES[table], rows)
