"""Builds what a run publishes, in a work database in which everything up to the decisions is built."""

from __future__ import annotations

from tasks.credit.previous import RELATION as PREVIOUS_HOLDS
from tasks.duties.previous import RELATION as PREVIOUS_TASKS
from tasks.parties.build import build_parties
from tasks.score.earlier import build_earlier
from tasks.settings.workspace import WorkspaceSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import build
from tasks.worklist.build import RISK_SCHEMAS, ensure_lines

REPORT_SCHEMAS = ("delays", "loss", "forecast", "diagnosis", "credit", "report", "outcomes", "internal", "mart")


def build_mart(connection: Connection, settings: WorkspaceSettings) -> None:
    """Builds `checked`, `parties`, `earlier` and `REPORT_SCHEMAS`; the ledger's reminders and runs must be written."""
    for relation in (PREVIOUS_HOLDS, PREVIOUS_TASKS):
        create_empty(connection, relation, input_relations()[relation])
    build_parties(connection, settings)
    build_earlier(connection)
    # A line's worth is made of delays and losses, and the mart tells of lines.
    build(connection, RISK_SCHEMAS)
    ensure_lines(connection)
    build(connection, [schema for schema in REPORT_SCHEMAS if schema not in RISK_SCHEMAS])
