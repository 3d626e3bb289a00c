"""A statement of account on request: as PDF to send, HTML and text to paste, and CSV to reckon with (requirement 004-C1)."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from tasks.private_files import own_name, write_private_bytes
from tasks.problems import UserProblem
from tasks.remind.accounts import Wanted, read_accounts
from tasks.remind.reminder import Reminder
from tasks.remind.statement_pages import statement_pages
from tasks.remind.writers import email_renderer
from tasks.settings.load import Workspace
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.current import open_current

_COLUMNS = (
    "document_number", "document_type", "instalment", "invoice_date", "due_date", "days_overdue", "currency", "amount", "open_amount"
)  # fmt: skip


@dataclass(frozen=True)
class WrittenStatement:
    """The files of one statement, and what it says: the sum of each currency by code."""

    as_of: date
    files: tuple[Path, ...]
    totals: dict[str, str]


def write_statement(
    workspace: Workspace, customer_id: str, folder: Path | None = None, language: str | None = None
) -> WrittenStatement:
    """Writes all that `customer_id` owes by the published warehouse, one HTML, text and PDF per currency and one CSV, into `folder`.

    Without one they go to `statements/<day>-<customer>` of the workspace, which no other customer's share and `puntual prune` empties.
    Each says by when to pay: what is overdue now, otherwise the next due date.

    Raises:
        UserProblem: nothing is published, or the customer owes nothing; a template cannot be used.
    """
    with ExitStack() as stack:
        connection = open_current(workspace.paths, stack)
        as_of = cast("tuple[date]", connection.execute("SELECT max(as_of) FROM mart.runs").fetchone())[0]
        company = workspace.settings.company
        wanted = Wanted(company.id, as_of, company.language)
        account = read_accounts(connection, [customer_id], wanted, "published").get(customer_id, ())
    if not account:
        raise UserProblem.at(customer_id, "owes nothing, or is no customer", "Look for the id in `mart.customers`.")
    account = tuple(replace(one, language=language or one.language) for one in account)
    folder = folder or workspace.paths.statements / f"{as_of.isoformat()}-{own_name(customer_id)}"
    renderer, pages = email_renderer(workspace, as_of), statement_pages(workspace, as_of)
    files = [write_private_bytes(folder / "statement.csv", _csv(account).encode("utf-8-sig"))]
    for one in account:
        message = renderer.render(one)
        for suffix, content in (
            ("html", message.html.encode()),
            ("txt", message.text.encode()),
            ("pdf", pages.page(one).content),
        ):
            files.append(write_private_bytes(folder / f"statement-{one.currency}.{suffix}", content))
    return WrittenStatement(as_of, tuple(files), {one.currency: str(one.total_amount) for one in account})


def _csv(account: tuple[Reminder, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in account:
        for item in one.items:
            cells = (
                item.document_number, item.document_type, item.instalment_number, item.invoice_date, item.due_date, item.days_overdue,
                one.currency, item.amount, item.open_amount,
            )  # fmt: skip
            writer.writerow([cell if isinstance(cell, int) else cell_text(str(cell or "")) for cell in cells])
    return text.getvalue()
