"""`puntual record` for confirmations, answers with no, and tasks of ours that were done."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import AsJson, On
from flows.cli.recording import (
    Author,
    Customer,
    Force,
    Note,
    Receivable,
    day_of,
    folder_of,
    record_learned,
    require_author,
    say,
)
from tasks.duties.denials import Denied, what_follows
from tasks.duties.links import CONFIRMATION_KINDS
from tasks.settings.load import load_workspace

Kind = StrEnum("Kind", [(kind.upper(), kind) for kind in CONFIRMATION_KINDS])  # type: ignore[misc]  # the closed list itself


def confirm(
    context: typer.Context,
    customer: Customer,
    kind: Annotated[Kind, typer.Option(help="What was confirmed.")],
    receivable: Receivable = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer confirmed something, such as that invoice or goods arrived."""
    from tasks.ledger.knowledge import Confirmation  # noqa: PLC0415

    day = day_of(context, on)
    learned = Confirmation(
        customer_id=customer,
        receivable_id=receivable,
        kind=str(kind),
        confirmed_on=day,
        recorded_on=day,
        author=author,
    )
    record_learned(context, learned, as_json=as_json, force=force)


def deny(
    context: typer.Context,
    customer: Customer,
    kind: Annotated[Denied, typer.Option(help="What the customer says is not so.")],
    note: Note = "",
    receivable: Receivable = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer answered no: it becomes a task of ours, or a dispute; nobody is reminded meanwhile."""
    learned = what_follows(
        kind, customer_id=customer, receivable_id=receivable, note=note, author=author, on=day_of(context, on)
    )
    record_learned(context, learned, as_json=as_json, force=force)


def task_done(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task's id, from internal_tasks.csv.")],
    note: Note = "",
    on: On = None,
    author: Author = "",
    as_json: AsJson = False,
) -> None:
    """A task of ours was done, where no export says so."""
    from tasks.duties.done import find_task  # noqa: PLC0415
    from tasks.ledger.knowledge import DutyEntry  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    folder = folder_of(context)
    require_author(author)
    found = find_task(load_workspace(folder).paths, task)
    day = day_of(context, on)
    done = DutyEntry(
        customer_id=found.customer_id,
        receivable_id=found.receivable_id,
        contact_id=found.contact_id,
        duty=found.duty,
        is_met=True,
        noted_on=day,
        note=note or None,
        recorded_on=day,
        author=author,
    )
    with ledger_of(folder) as ledger:
        entry = ledger.record(done)
    say(entry, "done", as_json=as_json)
