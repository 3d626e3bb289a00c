"""`puntual preview` and `puntual simulate`: what a strategy would say, over many days, without saying it."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, fields
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import aligned, err, out, print_json, progress_bars
from flows.clock import business_date
from tasks.settings.load import Workspace, load_workspace

if TYPE_CHECKING:
    from tasks.segment.strategy import Strategy
    from tasks.simulation.compare import DayMessages
    from tasks.simulation.days import Period
    from tasks.warehouse.connection import Connection

_DATES = ["%Y-%m-%d"]
_CURRENT = "strategy.yaml"
Days = Annotated[int, typer.Option("--days", min=1, max=60, help="How many days, from the business date on.")]
Customer = Annotated[str | None, typer.Option("--customer", metavar="ID", help="Only this customer.")]
Other = Annotated[
    Path,
    typer.Option("--strategy", metavar="FILE", help="The strategy to try, beside the workspace's own.", exists=True),
]
First = Annotated[datetime, typer.Option("--from", metavar="DATE", formats=_DATES, help="First day, yyyy-mm-dd.")]
Last = Annotated[datetime, typer.Option("--to", metavar="DATE", formats=_DATES, help="Last day, yyyy-mm-dd.")]
Messages = Annotated[
    Path | None, typer.Option("--messages", metavar="FILE", help="Write every message of both strategies as CSV.")
]


def preview(
    folder: Folder, as_of: AsOf = None, days: Days = 7, customer: Customer = None, as_json: AsJson = False
) -> None:
    """List the coming days' messages by customer, if nothing is paid meanwhile."""
    from tasks.report.words import report_language  # noqa: PLC0415
    from tasks.segment.load import load_strategy  # noqa: PLC0415
    from tasks.simulation.compare import messages  # noqa: PLC0415
    from tasks.simulation.words import day_title, message_rows, sentence  # noqa: PLC0415

    workspace = load_workspace(folder)
    start = business_date(workspace, as_of.date() if as_of else None)
    strategies = {_CURRENT: load_strategy(workspace.paths.strategy)}
    period = _period(workspace, start, start + timedelta(days=days - 1))
    with _simulated(workspace, period, strategies, is_quiet=as_json) as connection:
        found = [one for one in messages(connection, _CURRENT) if customer in (None, one.customer_id)]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    language = report_language(workspace.settings.company.language)
    out.print(sentence("preview_title", language, period) if found else sentence("nothing", language))
    for day, of_day in groupby(found, key=lambda one: one.day):
        _print_table(day_title(day, language), message_rows(tuple(of_day), language))
    err.print(sentence("preview_basis", language), markup=False)


def simulate(
    folder: Folder, strategy: Other, first: First, last: Last, messages: Messages = None, as_json: AsJson = False
) -> None:
    """Replay history under another strategy beside the workspace's own, and compare messages, contacts and work."""
    from tasks.report.words import report_language  # noqa: PLC0415
    from tasks.segment.load import load_strategy  # noqa: PLC0415
    from tasks.simulation.compare import messages as messages_of  # noqa: PLC0415
    from tasks.simulation.compare import money, steps, totals  # noqa: PLC0415
    from tasks.simulation.words import money_rows, sentence, step_rows, total_rows  # noqa: PLC0415

    workspace = load_workspace(folder)
    other = strategy.name if strategy.name != _CURRENT else str(strategy)
    strategies = {_CURRENT: load_strategy(workspace.paths.strategy), other: load_strategy(strategy)}
    period = _period(workspace, first.date(), last.date())
    with _simulated(workspace, period, strategies, is_quiet=as_json) as connection:
        in_whole, by_step = totals(connection, strategies), steps(connection, strategies, first=period.first)
        if messages is not None:
            _write(messages, {label: messages_of(connection, label) for label in strategies})
    if as_json:
        print_json(
            {
                "totals": [asdict(one) for one in in_whole],
                "money": [asdict(one) for one in money(by_step)],
                "steps": [asdict(one) for one in by_step],
            }
        )
        return
    language = report_language(workspace.settings.company.language)
    _print_table(sentence("simulate_title", language, period), total_rows(in_whole, language))
    _print_table("", money_rows(money(by_step), language))
    _print_table("", step_rows(by_step, language))
    err.print(sentence("simulate_basis", language), markup=False)


def _period(workspace: Workspace, first: date, last: date) -> Period:
    from tasks.ledger.live import known_on, utc_now  # noqa: PLC0415
    from tasks.simulation.days import Period  # noqa: PLC0415

    try:
        return Period(first, last, known_on(workspace, utc_now()))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--from, --to") from None


@contextmanager
def _simulated(
    workspace: Workspace, period: Period, strategies: Mapping[str, Strategy], *, is_quiet: bool
) -> Iterator[Connection]:
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.simulation.days import simulate as decide_days  # noqa: PLC0415
    from tasks.warehouse.connection import open_for_building  # noqa: PLC0415

    if not is_quiet:
        err.print(f"Deciding {(period.last - period.first).days + 1} days with {len(strategies)} strategies ...")
    with (
        tempfile.TemporaryDirectory(prefix="puntual-simulate-") as scratch,
        ledger_of(workspace.paths.root) as ledger,
        open_for_building(Path(scratch) / "work.duckdb", workspace.settings.warehouse) as connection,
    ):
        with progress_bars(not is_quiet):
            decide_days(connection, workspace, ledger, period, strategies)
        yield connection


def _print_table(title: str, rows: Sequence[Sequence[str]]) -> None:
    if title:
        out.print(title, markup=False)
    for line in aligned(rows):
        out.print(f"  {line}", markup=False)


def _write(path: Path, found: Mapping[str, Sequence[DayMessages]]) -> None:
    from tasks.simulation.compare import DayMessages as Columns  # noqa: PLC0415

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["strategy", *(field.name for field in fields(Columns))])
        for label, rows in found.items():
            writer.writerows([label, *(_cell(value) for value in astuple(row))] for row in rows)


def _cell(value: object) -> object:
    from tasks.spreadsheet_text import cell_text  # noqa: PLC0415

    return cell_text(value) if isinstance(value, str) else value
