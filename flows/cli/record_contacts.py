"""`puntual record` for contacts that people made: a call, a visit, a whole list that came back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import AsJson, On
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
    record_made_contact,
    record_worklist,
)


def call(
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
    """What came of a call, on a list or not: it counts as a contact, and what was agreed is obeyed."""
    record_made_contact(
        context,
        "call",
        customer,
        result=result,
        promised_for=promised_for,
        amount=amount,
        currency=currency,
        note=note,
        receivable=receivable,
        contact=contact,
        on=on,
        author=author,
        force=force,
        as_json=as_json,
    )


def visit(
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
    """What came of a visit, on a list or not: it counts as a contact, and what was agreed is obeyed."""
    record_made_contact(
        context,
        "visit",
        customer,
        result=result,
        promised_for=promised_for,
        amount=amount,
        currency=currency,
        note=note,
        receivable=receivable,
        contact=contact,
        on=on,
        author=author,
        force=force,
        as_json=as_json,
    )


def worklist(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of the run's folder, filled in: .xlsx or .csv.")],
    on: On = None,
    author: Author = "",
    as_json: AsJson = False,
) -> None:
    """What came of a whole list. The same file twice records once; rows that cannot be recorded are told, the others are kept."""
    record_worklist(context, file, on=on, author=author, as_json=as_json)
