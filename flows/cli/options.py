"""Arguments that several commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tasks.settings.load import Workspace

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace: the folder with puntual.yaml.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Business date, yyyy-mm-dd. Default: today at the company.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a machine-readable result on stdout.")]


def business_date(workspace: Workspace, as_of: str | None) -> date:
    """The date a command works for: as given, else the example's own date, else today in the company's time zone.

    The only place where a command reads the clock for a date.
    """
    if as_of is not None:
        return parse_date(as_of, "--as-of")
    if workspace.settings.demo_as_of is not None:
        return workspace.settings.demo_as_of
    return today(workspace)


def today(workspace: Workspace) -> date:
    """Today's date where the company is."""
    return datetime.now(UTC).astimezone(ZoneInfo(workspace.settings.company.time_zone)).date()


def parse_date(text: str, option: str) -> date:
    """`text` as a date; wrong use (exit code 2) when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-06-15", param_hint=option) from None
