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
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.ledger.knowledge import Entry
    from tasks.ledger.ledger import Ledger

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
Until = Annotated[
    datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Last day. Default: until released.")
]
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


def require_usable(context: typer.Context, *, author: str, customer: str, receivable: str | None, force: bool) -> None:
    """Wrong use when nobody records it, or, without `force`, when the warehouse does not know whom it is about.

    Raises:
        UserProblem: the warehouse does not know the customer or the receivable.
    """
    require_author(author)
    if not force:
        from tasks.checks.known_debtors import require_known  # noqa: PLC0415

        require_known(load_workspace(folder_of(context)).paths, customer, receivable)


def record_learned(context: typer.Context, learned: Entry, *, as_json: bool, force: bool) -> None:
    """Writes what was learned into the ledger, unless its codes are unknown, and says so."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    require_usable(
        context,
        author=learned.author,
        customer=learned.customer_id,
        receivable=getattr(learned, "receivable_id", None),
        force=force,
    )
    with ledger_of(folder_of(context)) as ledger:
        record_id = ledger.record(learned)
    say(record_id, "recorded", as_json=as_json)


def end(
    context: typer.Context,
    entry_id: str,
    how: Callable[[Ledger], None],
    *,
    result: Literal["released", "resolved"],
    as_json: bool,
) -> None:
    """Ends the entry with that id as `how` says, and tells so."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    with ledger_of(folder_of(context)) as ledger:
        how(ledger)
    say(entry_id, result, as_json=as_json)


def say(record_id: str, what: str, *, as_json: bool) -> None:
    """Tells the id of what was written."""
    if as_json:
        print_json({"id": record_id, "result": what})
    else:
        out.print(f"{record_id}: {what}. The next run obeys it.", markup=False)
