"""The relations Python writes into a run's work database before any model is built: their columns and types, once.

`run.*`, `landing.*`, `ledger.*`, `checked.*`, `earlier.*` and `scoring.fitted_…` of `docs/architecture.md`. The columns of the landed
exports come from their contracts, and `ledger.*` is declared beside this module.
`policy.*` is declared by the modules that load it (`tasks.segment.policy`, `tasks.score.scorecard`), and `ledger.reminders` and
`ledger.runs`, which only `mart` reads, by the ledger whose tables they mirror.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import get_args

from tasks.contracts.load import load_contract
from tasks.settings.sources import ContractName
from tasks.warehouse.column_types import DEBTOR, MONEY, Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.ledger_inputs import LEDGER_INPUTS

LANDED_EXTRAS: Columns = MappingProxyType(
    {"custom_references": "MAP(VARCHAR, VARCHAR)", "source": "VARCHAR", "file": "VARCHAR", "file_row": "BIGINT"}
)
"""What landing adds to every contract's columns: the company's own references, and where the row came from."""

_VERDICT: Columns = {"is_valid": "BOOLEAN", "problem": "VARCHAR"}

_FIXED: Mapping[str, Columns] = {
    "run.parameters": {
        "run_id": "VARCHAR",
        "as_of": "DATE",
        "known_on": "DATE",
        "company_id": "VARCHAR",
        "company_name": "VARCHAR",
        "company_country": "VARCHAR",
        "company_language": "VARCHAR",
        "company_currency": "VARCHAR",
        "letter_service": "VARCHAR",
    },
    "scoring.fitted_scores": {
        "company_id": "VARCHAR",
        "receivable_id": "VARCHAR",
        "has_history": "BOOLEAN",
        "model": "VARCHAR",
        "late_probability": "DOUBLE",
        "very_late_probability": "DOUBLE",
        "default_probability": "DOUBLE",
        "log_odds": "DOUBLE",
        "parts": "STRUCT(code VARCHAR, log_odds DOUBLE)[]",
        "points": "INTEGER",
        "reasons": "STRUCT(code VARCHAR, points INTEGER)[]",
        "delay_10": "DOUBLE",
        "delay_25": "DOUBLE",
        "delay_50": "DOUBLE",
        "delay_75": "DOUBLE",
        "delay_90": "DOUBLE",
    },
    "scoring.fitted_customers": {
        **DEBTOR,
        "scored_on": "DATE",
        "has_history": "BOOLEAN",
        "model": "VARCHAR",
        "late_probability": "DOUBLE",
        "log_odds": "DOUBLE",
        "reasons": "STRUCT(code VARCHAR, points INTEGER)[]",
    },
    "earlier.customer_scores": {**DEBTOR, "risk_score": "INTEGER", "risk_grade": "VARCHAR"},
    "earlier.customer_history": {
        **DEBTOR,
        "settled_count": "BIGINT",
        "very_late_count": "BIGINT",
        "median_days_late": "DOUBLE",
    },
    "landing.files": {
        "source": "VARCHAR",
        "contract": "VARCHAR",
        "file": "VARCHAR",
        "content_hash": "VARCHAR",
        "rows_in": "BIGINT",
        "landed": "BIGINT",
        "quarantined": "BIGINT",
        "duplicates": "BIGINT",
        "set_aside": "BIGINT",
        "was_parsed": "BOOLEAN",
    },
    "landing.set_aside": {
        "source": "VARCHAR",
        "contract": "VARCHAR",
        "file": "VARCHAR",
        "reason": "VARCHAR",
        "rows": "BIGINT",
    },
    "landing.file_amounts": {
        "source": "VARCHAR",
        "contract": "VARCHAR",
        "file": "VARCHAR",
        "currency": "VARCHAR",
        "amount_in": MONEY,
        "amount_landed": MONEY,
        "amount_quarantined": MONEY,
        "amount_duplicates": MONEY,
    },
    "landing.quarantine": {
        "contract": "VARCHAR",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "file_row": "BIGINT",
        "kind": "VARCHAR",
        "reasons": "VARCHAR[]",
        "columns": "VARCHAR[]",
        "fixes": "VARCHAR[]",
        "raw_row": "VARCHAR",
    },
    "landing.quarantine_history": {
        "contract": "VARCHAR",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "file_row": "BIGINT",
        "row_id": "VARCHAR",
        "reasons": "VARCHAR[]",
        "columns": "VARCHAR[]",
        "fixes": "VARCHAR[]",
        "raw_row": "VARCHAR",
        "currency": "VARCHAR",
        "amount": "DECIMAL(38,2)",
        "status": "VARCHAR",
        "first_seen_on": "DATE",
        "last_seen_on": "DATE",
        "closed_on": "DATE",
        "is_new": "BOOLEAN",
        "is_just_closed": "BOOLEAN",
    },
    "previous.internal_tasks": {"company_id": "VARCHAR", "task_id": "VARCHAR", "since": "DATE"},
    "previous.order_holds": {
        **DEBTOR,
        "currency": "VARCHAR",
        "order_id": "VARCHAR",
        "decision": "VARCHAR",
        "reason": "VARCHAR",
        "held_since": "DATE",
        "suspension": "VARCHAR",
    },
    "checked.settings": {"verify_every_days": "INTEGER", "own_domains": "VARCHAR[]", "nobodys_tax_ids": "VARCHAR[]"},
    "checked.phones": {
        "country": "VARCHAR",
        "written": "VARCHAR",
        "e164": "VARCHAR",
        "kind": "VARCHAR",
        **_VERDICT,
    },
    "checked.tax_ids": {
        "country": "VARCHAR",
        "written": "VARCHAR",
        "compact": "VARCHAR",
        "kind": "VARCHAR",
        **_VERDICT,
    },
    "checked.ibans": {"written": "VARCHAR", "compact": "VARCHAR", **_VERDICT},
}


@cache
def input_relations() -> Mapping[str, Columns]:
    """Every input relation by `schema.name`, with its columns."""
    landed = {
        f"landing.{contract}": {column.name: column.type for column in load_contract(contract).columns}
        | dict(LANDED_EXTRAS)
        for contract in get_args(ContractName)
    }
    return MappingProxyType({**_FIXED, **LEDGER_INPUTS, **landed})


def create_empty_inputs(connection: Connection) -> None:
    """Creates each input relation that does not exist yet as an empty table, so that every model can be built."""
    for relation, columns in input_relations().items():
        create_empty(connection, relation, columns)


def create_empty(connection: Connection, relation: str, columns: Columns) -> None:
    """Creates the empty table `relation` (`schema.name`) and its schema, unless a relation of that name exists."""
    schema, name = relation.split(".")
    declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    connection.execute(f'CREATE TABLE IF NOT EXISTS "{schema}"."{name}" ({declared})')
