"""Today's date where the company is: the only place that reads the clock for a date; below, `as_of` is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tasks.problems import UserProblem
from tasks.settings.load import Workspace


def business_date(workspace: Workspace, as_of: date | None) -> date:
    """`as_of` as given, else the date an example workspace is made for, else today in the company's time zone."""
    return as_of or workspace.settings.demo_as_of or today(workspace)


def today(workspace: Workspace) -> date:
    """Today's date in the company's time zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(workspace.settings.company.time_zone)).date()


def utc_today() -> date:
    """Today's date in UTC, where no company is known yet."""
    return datetime.now(UTC).date()


def require_day(workspace: Workspace, as_of: date, *, sends: bool) -> None:
    """Refuses days for which a run would say the wrong thing: the future, and, when messages really leave, any day but today.

    A run for another day does not see what was paid and said since. Example workspaces (`demo_as_of`) may run on any day, but
    only into files.

    Raises:
        UserProblem: the day cannot be run, or cannot be sent.
    """
    channel = workspace.settings.sending.email.type
    real_day = today(workspace)
    if sends and channel != "files" and workspace.settings.demo_as_of is not None:
        raise UserProblem.at(
            "puntual.yaml: demo_as_of",
            f"this is an example workspace, and its channel is {channel}",
            "Remove demo_as_of, or use the channel files.",
        )
    if workspace.settings.demo_as_of is not None:
        return
    if as_of > real_day:
        raise UserProblem.at(
            "--as-of", f"{as_of} is in the future (today is {real_day})", "Give today's date, or none."
        )
    if sends and channel != "files" and as_of != real_day:
        raise UserProblem.at(
            "--as-of",
            f"messages for {as_of} would ignore what was paid and said until today, {real_day}",
            "Send today's: missed days are caught up. Or leave --send out.",
        )
