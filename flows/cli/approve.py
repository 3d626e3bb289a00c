"""`puntual approve`: what waits for a person's leave, and giving it."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import aligned, err, out, print_json
from flows.cli.recording import Author, require_author
from flows.clock import business_date
from tasks.settings.load import load_workspace

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID:MARK]...", help="Messages to approve, as they are listed.")
]
Everything = Annotated[
    str | None, typer.Option("--all", metavar="MARK", help="Approve every message of the list that has this mark.")
]
TheStrategy = Annotated[
    str | None, typer.Option("--strategy", metavar="VERSION", help="Let the strategy of this version send.")
]


def approve(
    folder: Folder,
    ids: Ids = None,
    as_of: AsOf = None,
    everything: Everything = None,
    strategy: TheStrategy = None,
    author: Author = "",
    as_json: AsJson = False,
) -> None:
    """Show what would leave and waits for approval; approve messages by id, all of them, or a new strategy."""
    # Imported here so that --help does not wait for the databases.
    from tasks.approval.give import Leave, give_leave  # noqa: PLC0415
    from tasks.approval.new_strategy import strategy_leave  # noqa: PLC0415
    from tasks.approval.pending import pending_of  # noqa: PLC0415
    from tasks.approval.seen import mark_of_all, marks_of, named, remember  # noqa: PLC0415
    from tasks.approval.words import lines, table, title  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.report.words import report_language  # noqa: PLC0415

    workspace = load_workspace(folder)
    gives = bool(ids) or everything is not None or strategy is not None
    if gives:
        require_author(author)
    with ledger_of(folder) as ledger:
        day = as_of.date() if as_of else ledger.last_planned_day() or business_date(workspace, None)
        pending = pending_of(ledger, day)
        leave = strategy_leave(workspace, ledger)
        wanted = Leave(messages=marks_of(ids or ()), everything=everything, strategy_version=strategy, author=author)
        given = give_leave(workspace, ledger, pending, wanted) if gives else None
    if not gives:
        remember(workspace.paths.shown_for_approval, pending)
    if as_json:
        print_json(
            {
                "as_of": day,
                "messages": pending.messages,
                "needing_approval": [named(one) for one in pending.needing_approval],
                "all": mark_of_all(pending),
                "strategy": {"version": leave.version, "may_send": leave.may_send or bool(given and given.strategy)},
                "approved": list(given.reminder_ids) if given else [],
            }
        )
        return
    language = report_language(workspace.settings.company.language)
    if given is not None:
        out.print(f"approved: {len(given.reminder_ids)} messages{', the strategy' if given.strategy else ''}")
        err.print(f"Send them with: puntual send {folder} --as-of {day}", markup=False)
        return
    rows = table(pending, language)
    out.print(title(pending, language), markup=False)
    for line in aligned(rows) if len(rows) > 1 else ():
        out.print(f"  {line}", markup=False)
    for line in lines(pending, leave, language):
        out.print(line, markup=False)
