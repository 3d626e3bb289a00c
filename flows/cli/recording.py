"""What the subcommands of `puntual record` share: their arguments, and writing what was learned into the ledger."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.cli.output import out, print_json
from flows.clock import business_date
from tasks.ledger.contact_results import ContactResult
from tasks.problems import UserProblem
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from tasks.ledger.knowledge import Entry

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's code.")]
Receivable = Annotated[
    str | None, typer.Option("--receivable", metavar="ID", help="Only this receivable. Default: all of the customer.")
]
Author = Annotated[
    str, typer.Option("--author", envvar="USER", help="Who records it. Default: the user of this computer.")
]
CallResult = Annotated[ContactResult, typer.Option("--result", help="What came of it; see docs/worklists.md.")]
PromisedFor = Annotated[
    datetime | None, typer.Option("--for", metavar="DATE", formats=["%Y-%m-%d"], help="The promised day.")
]
Amount = Annotated[str | None, typer.Option("--amount", help="Promised amount. Default: all that is open.")]
Currency = Annotated[str | None, typer.Option("--currency", help="Currency of the amount.")]
Note = Annotated[str, typer.Option("--note", help="What was said; of a dispute, its reason.")]
Contacted = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Whom it was tried with.")]
Force = Annotated[bool, typer.Option("--force", help="Record it even where the warehouse does not know the code.")]


def folder_of(context: typer.Context) -> Path:
    """The workspace that the callback of `record` was given."""
    folder = context.obj
    if not isinstance(folder, Path):
        raise TypeError("the callback of `record` has not run")
    return folder


def day_of(context: typer.Context, on: datetime | None) -> date:
    """The day something became known: as given, else the workspace's business date."""
    return business_date(load_workspace(folder_of(context)), on.date() if on else None)


def money(amount: str | None) -> Decimal | None:
    """An amount; wrong use when it is none."""
    if amount is None:
        return None
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise typer.BadParameter(f"{amount!r} is not an amount like 1210.50", param_hint="--amount")
    return value


def require_author(author: str) -> None:
    """Wrong use when nobody records it."""
    if not author.strip():
        raise typer.BadParameter("say who records it", param_hint="--author")


def record_learned(context: typer.Context, learned: Entry, *, as_json: bool, force: bool) -> None:
    """Writes what was learned into the ledger, unless its codes are unknown, and says so."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    folder = folder_of(context)
    require_author(learned.author)
    if not force:
        from tasks.checks.known_debtors import require_known  # noqa: PLC0415

        require_known(load_workspace(folder).paths, learned.customer_id, getattr(learned, "receivable_id", None))
    with ledger_of(folder) as ledger:
        record_id = ledger.record(learned)
    say(record_id, "recorded", as_json=as_json)


def say(record_id: str, what: str, *, as_json: bool) -> None:
    """Tells the id of what was written."""
    if as_json:
        print_json({"id": record_id, "result": what})
    else:
        out.print(f"{record_id}: {what}. The next run obeys it.", markup=False)


def record_made_contact(
    context: typer.Context,
    channel: Literal["call", "visit"],
    customer: str,
    *,
    result: ContactResult,
    promised_for: datetime | None,
    amount: str | None,
    currency: str | None,
    note: str,
    receivable: str | None,
    contact: str | None,
    on: datetime | None,
    author: str,
    force: bool,
    as_json: bool,
) -> None:
    """Writes what came of a contact into the ledger, with what follows from it, and says so."""
    from tasks.ledger.contact_results import Contact  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    folder = folder_of(context)
    require_author(author)
    if not force:
        from tasks.checks.known_debtors import require_known  # noqa: PLC0415

        require_known(load_workspace(folder).paths, customer, receivable)
    made = Contact(
        customer_id=customer,
        channel=channel,
        result=result,
        contacted_on=day_of(context, on),
        author=author,
        recorded_on=day_of(context, on),
        contact_id=contact,
        receivable_id=receivable,
        promised_for=promised_for.date() if promised_for else None,
        amount=money(amount),
        currency=currency,
        note=note,
    )
    with ledger_of(folder) as ledger:
        recorded = ledger.record_contact(made)
    if as_json:
        print_json({"id": recorded.result_id, "is_new": recorded.is_new, "followed": list(recorded.followed)})
    elif recorded.is_new:
        say(", ".join((recorded.result_id, *recorded.followed)), "recorded", as_json=False)
    else:
        out.print(f"{recorded.result_id}: was recorded before; nothing changed.", markup=False)


def record_worklist(context: typer.Context, file: Path, *, on: datetime | None, author: str, as_json: bool) -> None:
    """Records the rows of a filled list, each whole or not at all, and tells of those that could not be.

    Raises:
        UserProblem: the file is no list, or rows of it cannot be recorded; the others were.
    """
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
