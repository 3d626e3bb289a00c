"""Who was erased, or waits for it, and stands in the exports all the same: told before a run reads him again."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.ledger.erasures import ERASED
from tasks.ledger.live import ledger_of
from tasks.problems import Problem
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection

# As tasks.ledger.erasures.Subject.hash_of writes it.
_SUBJECTS = """
SELECT customer_id, contact_id FROM (
    SELECT company_id, customer_id, '' AS contact_id FROM landing.customers
    UNION
    SELECT company_id, customer_id, '' FROM landing.receivables
    UNION
    SELECT company_id, customer_id, contact_id FROM landing.contacts
)
WHERE list_contains($hashes, sha256(concat(company_id, '|', customer_id, '|', contact_id)))
ORDER BY customer_id, contact_id
"""


def erased_again(connection: Connection, workspace: Workspace) -> Iterator[Problem]:
    """A warning for each erased subject that the exports hold; `landing` must be attached. Nothing is erased by it."""
    with ledger_of(workspace.paths.root) as ledger:
        hashes = [request.subject_hash for request in ledger.erasure_requests() if request.state == ERASED]
    if not hashes:
        return
    for customer_id, contact_id in connection.execute(_SUBJECTS, {"hashes": hashes}).fetchall():
        contact = f", contact {contact_id}" if contact_id else ""
        yield Problem(
            "warning",
            f"customer {customer_id}{contact}",
            "was erased, and is in the exports",
            "Take him out of the exports; or block him again: `puntual erase DIR CUSTOMER --block`.",
        )
