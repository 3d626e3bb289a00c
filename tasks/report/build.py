"""Builds what a run publishes, in a work database in which everything up to the decisions is built."""

from __future__ import annotations

from tasks.parties.build import build_parties
from tasks.score.earlier import build_earlier
from tasks.settings.workspace import WorkspaceSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build

REPORT_SCHEMAS = ("delays", "loss", "forecast", "diagnosis", "report", "mart")


def build_mart(connection: Connection, settings: WorkspaceSettings) -> None:
    """Builds `checked`, `parties`, `earlier` and `REPORT_SCHEMAS`; the ledger's reminders and runs must be written."""
    build_parties(connection, settings)
    build_earlier(connection)
    build(connection, REPORT_SCHEMAS)
