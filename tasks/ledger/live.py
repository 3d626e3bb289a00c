"""A workspace's ledger on the real clock: for doors and commands. Everything below them gets the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.settings.load import load_workspace


def utc_now() -> datetime:
    """The clock of the ledger's timestamps."""
    return datetime.now(UTC)


def ledger_of(folder: Path) -> Ledger:
    """The ledger of the workspace in `folder`, on the real clock."""
    return open_ledger(load_workspace(folder), clock=utc_now)
