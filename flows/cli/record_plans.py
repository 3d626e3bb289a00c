"""`puntual record` for what is agreed or contested about amounts: payment plans and disputes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from flows.cli.options import AsJson, On
from flows.cli.recording import (
    Author,
    Currency,
    Customer,
    Force,
    Receivable,
    day_of,
    end,
    folder_of,
    money,
    record_learned,
    require_usable,
    say,
)
from tasks.ledger.knowledge import DisputeKind


def plan(
    context: typer.Context,
    customer: Customer,
    instalment: Annotated[
        list[str], typer.Option(metavar="DATE=AMOUNT", help="A promised day and its amount; once for each instalment.")
    ],
    currency: Annotated[str, typer.Option(help="Currency of the amounts.")],
    receivable: Receivable = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer promised to pay in instalments; he is left in peace while each of them is kept."""
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.ledger.payment_plans import PaymentPlan  # noqa: PLC0415

    agreed = PaymentPlan(
        customer_id=customer,
        receivable_id=receivable,
        instalments=_instalments(instalment),
        currency=currency,
        author=author,
        recorded_on=day_of(context, on),
    )
    require_usable(context, author=author, customer=customer, receivable=receivable, force=force)
    with ledger_of(folder_of(context)) as ledger:
        plan_id = ledger.record_plan(agreed)
    say(plan_id, "recorded", as_json=as_json)


def _instalments(given: list[str]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = {}
    for text in given:
        day_text, _, amount_text = text.partition("=")
        try:
            day = date.fromisoformat(day_text)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is not like 2026-06-30=500", param_hint="--instalment") from None
        amount = money(amount_text)
        if amount is None or day in found:
            raise typer.BadParameter(f"{day} is given twice", param_hint="--instalment")
        found[day] = amount
    return found


def dispute(
    context: typer.Context,
    customer: Customer,
    kind: Annotated[
        DisputeKind, typer.Option(help="What it is about; docs/strategy.md, Disputes.")
    ] = DisputeKind.OTHER,
    reason: Annotated[str, typer.Option(help="What the customer says.")] = "",
    receivable: Receivable = None,
    amount: Annotated[str | None, typer.Option(help="Disputed part of the receivable. Default: all of it.")] = None,
    currency: Currency = None,
    resolve: Annotated[str | None, typer.Option(metavar="DISPUTE_ID", help="End this dispute instead.")] = None,
    on: On = None,
    author: Author = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The customer objects; nothing is claimed until it is resolved."""
    from tasks.ledger.knowledge import Dispute  # noqa: PLC0415

    day = day_of(context, on)
    if resolve is not None:
        end(
            context,
            resolve,
            lambda ledger: ledger.resolve_dispute(resolve, resolved_on=day),
            result="resolved",
            as_json=as_json,
        )
        return
    if not reason and kind is DisputeKind.OTHER:
        raise typer.BadParameter("say what the customer objects to, or give its --kind", param_hint="--reason")
    record_learned(
        context,
        Dispute(
            customer_id=customer,
            receivable_id=receivable,
            kind=kind,
            reason=reason or str(kind),
            amount=money(amount),
            currency=currency,
            opened_on=day,
            recorded_on=day,
            author=author,
        ),
        as_json=as_json,
        force=force,
    )
