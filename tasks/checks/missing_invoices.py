"""Counts the open documents whose PDF is missing though a step of their ladder attaches it.

Reads a work database in which the decisions of the day are built. Only whether a file is there is looked at: what it holds is looked
at when a message is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tasks.problems import Problem
from tasks.remind.invoice_files import InvoiceFolder, invoice_folder
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection

_AT_ONCE = 10_000
_DOCUMENTS = """
SELECT DISTINCT r.customer_id, r.document_number
FROM decide.items AS i
INNER JOIN staging.open_receivables AS r ON i.company_id = r.company_id AND i.receivable_id = r.receivable_id
WHERE i.ladder IN (SELECT ladder FROM policy.step_messages WHERE list_contains(attachments, 'invoices'))
"""


def missing_invoices(connection: Connection, workspace: Workspace, strategy: Strategy) -> Iterator[Problem]:
    """At most one warning: no folder is set or there, or so many documents have no file in it. Silent where no step attaches any."""
    if not attaches_invoices(strategy):
        return
    settings = workspace.settings.sending.attachments
    if settings is None:
        yield Problem(
            "warning",
            "puntual.yaml: sending.attachments",
            "is missing, and steps of strategy.yaml attach invoices: their messages go without them",
            "Name the folder with the invoices (docs/messages.md), or take `invoices` out of the steps' `attachments`.",
        )
        return
    folder = invoice_folder(settings, workspace.paths.root)
    if not folder.root.is_dir():
        yield Problem(
            "warning",
            "puntual.yaml: sending.attachments.invoices",
            f"{settings.invoices} is no folder: no message carries an invoice",
            "Create the folder, mount the share that it is on, or correct the name.",
        )
        return
    yield from _counted(connection, folder)


def attaches_invoices(strategy: Strategy) -> bool:
    """Whether any step attaches the PDF of its documents."""
    return any(
        step.message is not None and "invoices" in step.message.attachments
        for ladder in strategy.ladders.values()
        for step in ladder.steps
    )


def _counted(connection: Connection, folder: InvoiceFolder) -> Iterator[Problem]:
    found = connection.execute(_DOCUMENTS)
    asked, missing = 0, Counter[str]()
    while rows := found.fetchmany(_AT_ONCE):
        asked += len(rows)
        for customer_id, document_number in rows:
            file = folder.file_of(document_number=document_number, customer_id=customer_id)
            if isinstance(file, str):
                missing[file] += 1
    if missing:
        reasons = ", ".join(f"{why} {count:,}" for why, count in sorted(missing.items()))
        yield Problem(
            "warning",
            "puntual.yaml: sending.attachments",
            f"{missing.total():,} of {asked:,} open documents that steps attach have no file ({reasons})",
            f"Put their PDFs into the folder, named {folder.pattern}; messages go without what is missing.",
        )
