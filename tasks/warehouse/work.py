"""The inputs of a run's work database that are not landed files: its parameters and what the ledger knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from tasks.settings.letters import LetterService
from tasks.settings.workspace import Company
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations

_PARAMETERS = "run.parameters"


def write_parameters(
    connection: Connection,
    company: Company,
    *,
    run_id: str,
    as_of: date,
    known_on: date,
    letter_service: LetterService | None = None,
) -> None:
    """Fills `run.parameters` with its one row. `letter_service`: whom letters are handed to; None where nothing asks for it.

    `known_on` is the day that the landed exports describe. A run of an earlier `as_of` is a replay: it forgets what the exports
    say of the days after it. Any other run is live and believes everything in them.
    """
    create_empty(connection, _PARAMETERS, input_relations()[_PARAMETERS])
    connection.execute("DELETE FROM run.parameters")
    values = [
        run_id,
        as_of,
        max(known_on, as_of),
        company.id,
        company.name,
        company.country,
        company.language,
        company.currency,
        letter_service,
    ]
    connection.execute("INSERT INTO run.parameters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def write_ledger_facts(connection: Connection, facts: Mapping[str, pa.Table]) -> None:
    """Writes the `ledger.*` relations as tables, replacing what an earlier step of the run wrote."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS ledger")
    for relation, table in facts.items():
        schema, name = relation.split(".")
        connection.register("incoming_facts", table)
        connection.execute(f'CREATE OR REPLACE TABLE "{schema}"."{name}" AS SELECT * FROM incoming_facts')  # noqa: S608 names are our own
        connection.unregister("incoming_facts")
