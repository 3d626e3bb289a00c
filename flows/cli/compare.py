"""`puntual compare`: a customer's own statement of account beside ours."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json
from flows.cli.recording import Author, require_author
from flows.clock import business_date
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from tasks.statements.run import Compared
    from tasks.statements.theirs import Column
    from tasks.statements.words import StatementLanguage

File = Annotated[Path, typer.Argument(metavar="FILE", help="The customer's statement, CSV or XLSX.")]
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's code.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="NAME=HEADING",
        help="Which heading is number, date, amount, debit, credit, currency or kind.",
    ),
]
StatementDate = Annotated[
    datetime | None,
    typer.Option(
        "--statement-date", metavar="DATE", formats=["%Y-%m-%d"], help="Of which day it is. Default: its newest date."
    ),
]
Record = Annotated[
    bool, typer.Option("--record", help="Enter what is ours to do as internal tasks; reminders wait for them.")
]


def compare(
    folder: Folder,
    customer: Customer,
    file: File,
    column: Columns = None,
    currency: Annotated[str | None, typer.Option(help="Currency of lines that name none.")] = None,
    statement_date: StatementDate = None,
    record: Record = False,
    author: Author = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Compare a customer's statement with ours: what agrees, what differs and why, a reply, and tasks of ours."""
    # Imported here so that --help does not wait for the databases.
    from tasks.ledger.live import known_on, ledger_of, utc_now  # noqa: PLC0415
    from tasks.statements.follow import duties_of  # noqa: PLC0415
    from tasks.statements.run import compare_statement, write_comparison  # noqa: PLC0415

    if record:
        require_author(author)
    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    if not as_json:
        err.print(f"Comparing {file.name} with what is open on {day} ...", markup=False)
    with ledger_of(folder) as ledger:
        compared = compare_statement(
            workspace,
            ledger,
            customer,
            file,
            as_of=day,
            known_on=known_on(workspace, utc_now()),
            columns=_columns(column or []),
            currency=currency,
            statement_date=statement_date.date() if statement_date else None,
        )
        duties = list(duties_of(compared.comparison, author=author, on=day))
        recorded = [ledger.record(duty) for duty in duties] if record else []
    written = write_comparison(workspace, compared)
    if as_json:
        print_json(
            {
                **asdict(compared.comparison),
                "columns": dict(compared.statement.columns),
                "tasks": recorded,
                "folder": str(written),
            }
        )
        return
    _tell(compared, workspace.settings.company.language)
    out.print(f"Reply and list: {written}", markup=False)
    if recorded:
        out.print(f"{len(recorded)} tasks of ours recorded; the next run obeys them.")
    elif duties:
        out.print(f"{len(duties)} things are ours to do: run again with --record to enter them as tasks.")


def _columns(given: list[str]) -> dict[Column, str]:
    from tasks.statements.theirs import COLUMNS  # noqa: PLC0415

    named: dict[Column, str] = {}
    for text in given:
        name, _, heading = text.partition("=")
        if name not in COLUMNS or not heading:
            raise typer.BadParameter(
                f"{text!r} is not like number=Factura ({', '.join(COLUMNS)})", param_hint="--column"
            )
        named[name] = heading
    return named


def _tell(compared: Compared, language: StatementLanguage) -> None:
    from tasks.statements.words import statement_words  # noqa: PLC0415

    statement, comparison = compared.statement, compared.comparison
    taken = ", ".join(f"{column} = {name}" for column, name in statement.columns.items())
    out.print(
        f"{len(statement.lines)} lines of {comparison.statement_date} ({taken}; {statement.set_aside} rows set aside)",
        markup=False,
    )
    if statement.is_turned:
        out.print("What is owed is negative on this statement: all signs were turned.")
    for balance in comparison.balances:
        out.print(
            f"{balance.currency}: ours {balance.ours:,.2f}, theirs {balance.theirs:,.2f}, difference {balance.ours - balance.theirs:,.2f}"
        )
    for item in comparison.differences:
        finding = statement_words().findings[item.finding]
        out.print(
            f"  {finding.label.text(language)}: {item.number or item.payment_id or '-'}"
            f" {item.currency} {item.ours:,.2f} / {item.theirs:,.2f} → {finding.to_do.text(language)}",
            markup=False,
        )
