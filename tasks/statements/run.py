"""Compares the statement in a file with what a workspace holds of the customer, and writes what came out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tasks.ledger.ledger import Ledger
from tasks.private_files import own_name, write_private_bytes
from tasks.problems import SourceProblem, UserProblem
from tasks.rebuild import prepared
from tasks.settings.load import Workspace
from tasks.statements.compare import compare
from tasks.statements.lines import Comparison
from tasks.statements.match import plain_number
from tasks.statements.ours import payments_known_until, read_documents, read_payments
from tasks.statements.reply import differences_csv, reply_text
from tasks.statements.theirs import Column, Statement, read_statement
from tasks.statements.words import StatementLanguage
from tasks.warehouse.models import build


@dataclass(frozen=True)
class Compared:
    """A statement as it was read, what came of it, and in what language and country its customer reads."""

    statement: Statement
    comparison: Comparison
    language: StatementLanguage
    country: str


def compare_statement(
    workspace: Workspace,
    ledger: Ledger,
    customer_id: str,
    path: Path,
    *,
    as_of: date,
    known_on: date,
    columns: Mapping[Column, str],
    currency: str | None = None,
    statement_date: date | None = None,
) -> Compared:
    """Compares the statement in `path` with the landed exports as they were known on `as_of`.

    `statement_date`: by default the newest day on the statement; `currency` of lines without one: by default the customer's only one.

    Raises:
        SourceProblem: the statement cannot be read.
        UserProblem: there is no such customer, or lines have no currency and the customer has several.
    """
    with (
        tempfile.TemporaryDirectory(prefix="puntual-statement-") as scratch,
        prepared(workspace, ledger, as_of, Path(scratch), known_on=known_on) as connection,
    ):
        build(connection, ("staging",))
        documents = read_documents(connection, customer_id)
        payments = read_payments(connection, customer_id)
        until = payments_known_until(connection)
        language, country = _reader(connection.execute(_WHO, {"customer_id": customer_id}).fetchall(), workspace)
    currencies = {document.currency for document in documents}
    statement = read_statement(
        path,
        columns=columns,
        currency=currency or (currencies.pop() if len(currencies) == 1 else None),
        our_numbers=frozenset(plain_number(document.number) for document in documents),
    )
    days = [line.day for line in statement.lines if line.day is not None]
    if not statement.lines:
        raise SourceProblem.at(path.name, "has no line with an amount", "Ask the customer for the statement again.")
    if statement_date is None and not days:
        raise UserProblem.at(path.name, "has no date", "Say of which day it is: --statement-date 2026-06-16.")
    comparison = compare(
        customer_id,
        statement.lines,
        documents,
        payments,
        statement_date=statement_date or max(days),
        payments_until=until,
    )
    return Compared(statement, comparison, language, country)


def write_comparison(workspace: Workspace, compared: Compared) -> Path:
    """Writes `reply.txt` in the customer's language and `differences.csv` in ours, readable by their owner only; returns their folder."""
    company = workspace.settings.company
    comparison = compared.comparison
    name = f"{comparison.statement_date.isoformat()}-{own_name(comparison.customer_id)}"
    folder = workspace.paths.statements / name
    signature = f"{company.collector.name}, {company.name}"
    reply = reply_text(comparison, language=compared.language, country=compared.country, signature=signature)
    write_private_bytes(folder / "reply.txt", reply.encode())
    # A byte order mark, so that a spreadsheet takes the accents as they are.
    write_private_bytes(folder / "differences.csv", differences_csv(comparison, company.language).encode("utf-8-sig"))
    return folder


_WHO = "SELECT language, country FROM staging.customers WHERE customer_id = $customer_id"


def _reader(rows: list[tuple[str | None, str | None]], workspace: Workspace) -> tuple[StatementLanguage, str]:
    company = workspace.settings.company
    said, country = rows[0] if rows else (None, None)
    return _LANGUAGES.get(said or company.language, company.language), country or company.country


_LANGUAGES: Mapping[str, StatementLanguage] = {"es": "es", "en": "en", "pt": "pt"}
