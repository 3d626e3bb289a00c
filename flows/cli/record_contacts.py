"""`puntual record` for contacts that people made: a call, a visit, a whole list that came back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import AsJson, On
from flows.cli.output import out, print_json
from flows.cli.recording import (
    Amount,
    Author,
    CallResult,
    Contacted,
    Currency,
    Customer,
    Force,
    Note,
    PromisedFor,
    Receivable,
    day_of,
    folder_of,
    money,
    require_author,
    require_usable,
    say,
)
from tasks.problems import UserProblem


def _made(channel: Literal["call", "visit"]) -> Callable[..., None]:
    """The command that records a contact by `channel`."""

    def command(
        context: typer.Context,
        customer: Customer,
        result: CallResult,
        promised_for: PromisedFor = None,
        amount: Amount = None,
        currency: Currency = None,
        note: Note = "",
        receivable: Receivable = None,
        contact: Contacted = None,
        on: On = None,
        author: Author = "",
        force: Force = False,
        as_json: AsJson = False,
    ) -> None:
        from tasks.ledger.contact_results import Contact  # noqa: PLC0415
        from tasks.ledger.live import ledger_of  # noqa: PLC0415

        require_usable(context, author=author, customer=customer, receivable=receivable, force=force)
        day = day_of(context, on)
        made = Contact(
            customer_id=customer,
            channel=channel,
            result=result,
            contacted_on=day,
            author=author,
            recorded_on=day,
            contact_id=contact,
            receivable_id=receivable,
            promised_for=promised_for.date() if promised_for else None,
            amount=money(amount),
            currency=currency,
            note=note,
        )
        with ledger_of(folder_of(context)) as ledger:
            recorded = ledger.record_contact(made)
        if as_json:
            print_json({"id": recorded.result_id, "is_new": recorded.is_new, "followed": list(recorded.followed)})
        elif recorded.is_new:
            say(", ".join((recorded.result_id, *recorded.followed)), "recorded", as_json=False)
        else:
            out.print(f"{recorded.result_id}: was recorded before; nothing changed.", markup=False)

    command.__name__ = channel
    command.__doc__ = (
        f"What came of a {channel}, on a list or not: it counts as a contact, and what was agreed is obeyed."
    )
    return command


call = _made("call")
visit = _made("visit")


def worklist(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of the run's folder, filled in: .xlsx or .csv.")],
    on: On = None,
    author: Author = "",
    as_json: AsJson = False,
) -> None:
    """What came of a whole list. The same file twice records once; rows that cannot be recorded are told, the others are kept."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.worklist.filled import read_filled  # noqa: PLC0415
    from tasks.worklist.take_back import take_back  # noqa: PLC0415

    require_author(author)
    with ledger_of(folder_of(context)) as ledger:
        filled = read_filled(file, channel_of=ledger.channel_of, today=day_of(context, on), author=author)
        taken = take_back(ledger, filled)
    if as_json:
        refused = [{"where": problem.where, "what": problem.what, "fix": problem.fix} for problem in taken.problems]
        counts = {"recorded": taken.recorded, "known_before": taken.known_before, "empty": filled.empty}
        print_json({**counts, "refused": refused})
    else:
        out.print(
            f"{taken.recorded} results recorded, {taken.known_before} known before, {filled.empty} rows without a result, "
            f"{len(taken.problems)} refused. The next run obeys them.",
            markup=False,
        )
    if taken.problems:
        raise UserProblem(*taken.problems)
