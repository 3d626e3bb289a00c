"""Builds `checked` and `parties` in a work database in which `staging` is built; the ledger's reminders must be written."""

from __future__ import annotations

from tasks.parties.check import check_parties
from tasks.settings.workspace import WorkspaceSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import Built, build

PARTY_SCHEMAS = ("parties",)


def build_parties(connection: Connection, settings: WorkspaceSettings) -> list[Built]:
    """Judges party data, and builds what follows: contact tasks and possible duplicates."""
    check_parties(connection, settings)
    return build(connection, PARTY_SCHEMAS)
