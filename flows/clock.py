"""Today's date where the company is: the only place that reads the clock for a date; below, `as_of` is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tasks.settings.load import Workspace


def business_date(workspace: Workspace, as_of: date | None) -> date:
    """`as_of` as given, else the date an example workspace is made for, else today in the company's time zone."""
    return as_of or workspace.settings.demo_as_of or today(workspace)


def today(workspace: Workspace) -> date:
    """Today's date in the company's time zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(workspace.settings.company.time_zone)).date()
