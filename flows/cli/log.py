"""`puntual log`: what happened with customers, and whom to call."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json
from flows.clock import business_date
from tasks.settings.load import Workspace, load_workspace

if TYPE_CHECKING:
    from datetime import date

    from tasks.history.follow_up import FollowUp
    from tasks.history.table import Value
    from tasks.segment.reasons import Language

_DATES = ["%Y-%m-%d"]
_SHOWN = 200
"""Entries that a terminal shows; a file has them all."""

Customer = Annotated[
    str | None, typer.Argument(metavar="[CUSTOMER]", help="The customer's code. Default: all customers.")
]
First = Annotated[datetime | None, typer.Option("--from", metavar="DATE", formats=_DATES, help="First day.")]
Last = Annotated[datetime | None, typer.Option("--to", metavar="DATE", formats=_DATES, help="Last day.")]
ToCall = Annotated[
    bool, typer.Option("--to-call", help="List whom to call: written to, not paid, and not heard of since.")
]
AfterDays = Annotated[
    int, typer.Option("--after-days", min=0, help="With --to-call: days that the last message is old.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write a .csv or .xlsx instead of showing it.")]


def log(
    folder: Folder,
    customer: Customer = None,
    first: First = None,
    last: Last = None,
    to_call: ToCall = False,
    after_days: AfterDays = 7,
    out_file: Out = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List every message, answer, contact and note of customers by day; or, with --to-call, whom to call now."""
    # Imported here so that --help does not wait for the databases.
    from tasks.history.table import call_rows, log_rows, write_table  # noqa: PLC0415
    from tasks.history.words import history_words  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    workspace = load_workspace(folder)
    language: Language = "es" if workspace.settings.company.language == "es" else "en"
    if to_call:
        calls = _calls(workspace, business_date(workspace, as_of.date() if as_of else None), after_days)
        headings, rows = call_rows([call for call in calls if customer in (None, call.customer_id)], language)
    else:
        with ledger_of(folder) as ledger:
            entries = ledger.history(
                customer_id=customer,
                first_day=first.date() if first else None,
                last_day=last.date() if last else None,
            )
        headings, rows = log_rows(entries, language)
    if out_file is not None:
        write_table(out_file, headings, rows)
        err.print(f"{len(rows)} rows written to {out_file}", markup=False)
    elif as_json:
        words = history_words()
        names = words.calls if to_call else words.columns
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        _show(headings, rows)


def _calls(workspace: Workspace, day: date, after_days: int) -> list[FollowUp]:
    from tasks.history.follow_up import read_follow_ups  # noqa: PLC0415
    from tasks.ledger.live import known_on, ledger_of, utc_now  # noqa: PLC0415
    from tasks.rebuild import prepared  # noqa: PLC0415
    from tasks.warehouse.models import build  # noqa: PLC0415

    err.print(f"Looking at what is open on {day} ...")
    with (
        tempfile.TemporaryDirectory(prefix="puntual-log-") as scratch,
        ledger_of(workspace.paths.root) as ledger,
        prepared(workspace, ledger, day, Path(scratch), known_on=known_on(workspace, utc_now())) as connection,
    ):
        build(connection, ("staging",))
        return read_follow_ups(connection, after_days=after_days)


def _show(headings: list[str], rows: list[list[Value]]) -> None:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    filled = [place for place in range(len(headings)) if any(row[place] is not None for row in rows)]
    table = Table(*[headings[place] for place in filled])
    for row in rows[-_SHOWN:]:
        table.add_row(*[Text("" if row[place] is None else str(row[place])) for place in filled])
    out.print(table)
    if len(rows) > _SHOWN:
        out.print(f"The newest {_SHOWN} of {len(rows)}; all of them with --out FILE.")
    if not rows:
        out.print("Nothing yet.")
