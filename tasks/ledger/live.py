"""A workspace's ledger on the real clock: for doors and commands. Everything below them gets the time as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.settings.load import Workspace, load_workspace


def utc_now() -> datetime:
    """The clock of the ledger's timestamps."""
    return datetime.now(UTC)


def known_on(workspace: Workspace, now_utc: datetime) -> date:
    """The day that the landed exports describe: today at the company, or the day an example workspace is made for.

    A run of an earlier day is a replay.
    """
    zone = ZoneInfo(workspace.settings.company.time_zone)
    return workspace.settings.demo_as_of or now_utc.astimezone(zone).date()


def learned_by(workspace: Workspace, as_of: date) -> Mapping[str, pa.Table]:
    """What the workspace's ledger knew on `as_of`, by relation (`tasks.ledger.fact_schemas.SCHEMAS`); nothing where there never was one.

    Unlike `ledger_of` it creates none, for what must leave no trace.
    """
    if not workspace.paths.ledger.exists() and not workspace.paths.ledger_marker.exists():
        return {}
    with open_ledger(workspace, clock=utc_now) as ledger:
        return ledger.facts(as_of)


def ledger_of(folder: Path) -> Ledger:
    """The ledger of the workspace in `folder`, on the real clock."""
    return open_ledger(load_workspace(folder), clock=utc_now)
