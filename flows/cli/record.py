"""`puntual record`: what people learned, into the ledger. The next run obeys it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.options import AsJson, Folder, On
from flows.cli.record_contacts import call, visit, worklist
from flows.cli.record_duties import confirm, deny, task_done
from flows.cli.record_plans import dispute, plan
from flows.cli.recording import (
    Author,
    Customer,
    Force,
    Receivable,
    Until,
    day_of,
    end,
    money,
    record_learned,
)
from flows.cli.suppressions import address_works, suppressions
from tasks.ledger.flags import FlagKind

record = typer.Typer(
    no_args_is_help=True,
    help="Record what people learned: calls, visits, filled worklists, promises, disputes, holds, flags, confirmations, opt-outs, addresses.",
)

_DATES = ["%Y-%m-%d"]


@record.callback()
def where(context: typer.Context, folder: Folder) -> None:
    """Record what people learned, into the ledger; the next run obeys it."""
    context.obj = folder


@record.command(epilog="Example: puntual record acme promise C0042 --for 2026-06-30 --amount 1210.50 --currency EUR")
def promise(
    context: typer.Context,
    customer: Customer,
    promised_for: Annotated[
        datetime, typer.Option("--for", metavar="DATE", formats=_DATES, help="The day of the promised payment.")
    ],
    receivable: Receivable = None,
    amount: Annotated[str | None, typer.Option(help="Promised amount. Default: all that is open.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of the amount.")] = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer promised to pay by a date."""
    from tasks.ledger.knowledge import Promise  # noqa: PLC0415

    if promised_for.date() < day_of(context, on):
        raise typer.BadParameter("a promise for a day that has passed is broken already", param_hint="--for")
    record_learned(
        context,
        Promise(
            customer_id=customer,
            receivable_id=receivable,
            promised_for=promised_for.date(),
            amount=money(amount),
            currency=currency,
            recorded_on=day_of(context, on),
            author=author,
        ),
        as_json=as_json,
        force=force,
    )


@record.command(
    epilog="Example: puntual record acme hold C0042 --reason 'director visits on Friday' --until 2026-06-19"
)
def hold(
    context: typer.Context,
    customer: Customer,
    reason: Annotated[str, typer.Option(help="Why the customer is left in peace.")] = "",
    until: Until = None,
    receivable: Receivable = None,
    release: Annotated[str | None, typer.Option(metavar="HOLD_ID", help="End this hold instead.")] = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Leave the customer, or one receivable, in peace for a while."""
    from tasks.ledger.knowledge import Hold  # noqa: PLC0415

    day = day_of(context, on)
    if release is not None:
        end(
            context,
            release,
            lambda ledger: ledger.release_hold(release, released_on=day),
            result="released",
            as_json=as_json,
        )
        return
    if not reason:
        raise typer.BadParameter("say why", param_hint="--reason")
    record_learned(
        context,
        Hold(
            customer_id=customer,
            receivable_id=receivable,
            reason=reason,
            from_on=day,
            until_on=until.date() if until else None,
            recorded_on=day,
            author=author,
        ),
        as_json=as_json,
        force=force,
    )


@record.command(
    epilog="Example: puntual record acme flag C0042 vulnerable --reason 'told us of an illness' --until 2026-12-31"
)
def flag(
    context: typer.Context,
    customer: Customer,
    kind: Annotated[FlagKind, typer.Argument(metavar="KIND", help="docs/strategy.md, Flags, says what each does.")],
    reason: Annotated[str, typer.Option(help="How it is known.")] = "",
    until: Until = None,
    release: Annotated[str | None, typer.Option(metavar="FLAG_ID", help="End this flag instead.")] = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Mark a customer as vulnerable, represented by a lawyer, insolvent, deceased or closed."""
    from tasks.ledger.flags import CustomerFlag  # noqa: PLC0415

    day = day_of(context, on)
    if release is not None:
        end(
            context,
            release,
            lambda ledger: ledger.release_flag(release, released_on=day),
            result="released",
            as_json=as_json,
        )
        return
    if not reason:
        raise typer.BadParameter("say how it is known", param_hint="--reason")
    record_learned(
        context,
        CustomerFlag(
            customer_id=customer,
            kind=kind,
            reason=reason,
            from_on=day,
            until_on=until.date() if until else None,
            recorded_on=day,
            author=author,
        ),
        as_json=as_json,
        force=force,
    )


@record.command("opt-out", epilog="Example: puntual record acme opt-out C0042 --channel email")
def opt_out(
    context: typer.Context,
    customer: Customer,
    channel: Annotated[str | None, typer.Option(help="Only this channel. Default: every channel.")] = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer wants no messages."""
    from tasks.ledger.knowledge import OptOut  # noqa: PLC0415

    day = day_of(context, on)
    record_learned(
        context,
        OptOut(customer_id=customer, channel=channel, from_on=day, recorded_on=day, author=author),
        as_json=as_json,
        force=force,
    )


record.command(
    epilog="Example: puntual record acme plan C0042 --instalment 2026-06-30=500 --instalment 2026-07-31=500 --currency EUR"
)(plan)
record.command(
    epilog="Example: puntual record acme dispute C0042 --receivable F26-001234-1 --kind wrong_price --amount 120 --currency EUR"
)(dispute)
record.command(epilog="Example: puntual record acme confirm C0042 --receivable F26-001234-1 --kind invoice_received")(
    confirm
)
record.command(epilog="Example: puntual record acme deny C0042 --receivable F26-001234-1 --kind goods_received")(deny)
record.command(
    "task-done", epilog="Example: puntual record acme task-done document_not_sent:F26-001234-1 --note 'sent again'"
)(task_done)
record.command(epilog="Example: puntual record acme call C0042 --result promise --for 2026-06-30")(call)
record.command(epilog="Example: puntual record acme visit C0042 --result dispute --note 'two pumps are missing'")(visit)
record.command(epilog="Example: puntual record acme worklist call-ana.xlsx")(worklist)
record.command(epilog="Example: puntual record acme suppressions suppression_bounces.csv")(suppressions)
record.command("address-works", epilog="Example: puntual record acme address-works pagos@debtor.example")(address_works)
