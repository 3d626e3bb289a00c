"""Whether a customer or receivable that a person names exists, by the published warehouse: a typing mistake must not go unobeyed."""

from __future__ import annotations

from difflib import get_close_matches

from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.warehouse.connection import Connection, open_for_reading

_CLOSE_MATCHES = 3


def require_known(paths: WorkspacePaths, customer_id: str, receivable_id: str | None) -> None:
    """Refuses a customer that the published warehouse does not have, and a receivable that is not an open one of his.

    Before anything is published, everything is accepted.

    Raises:
        UserProblem: with the closest codes that exist.
    """
    if not paths.current_warehouse.exists():
        return
    with open_for_reading(paths.current_warehouse) as connection:
        if not _count(connection, "SELECT count(*) FROM mart.customers WHERE customer_id = $1", customer_id):
            known = _column(connection, "SELECT customer_id FROM mart.customers ORDER BY customer_id")
            raise UserProblem.at(
                f"customer {customer_id}", "is not in the published warehouse", _advice(customer_id, known)
            )
        if receivable_id is None:
            return
        own = _column(
            connection,
            "SELECT receivable_id FROM mart.receivables WHERE customer_id = $1 ORDER BY receivable_id",
            customer_id,
        )
        if receivable_id not in own:
            raise UserProblem.at(
                f"receivable {receivable_id}",
                f"is not an open receivable of customer {customer_id}",
                _advice(receivable_id, own),
            )


def _advice(wrong: str, known: list[str]) -> str:
    close = get_close_matches(wrong, known, _CLOSE_MATCHES, cutoff=0.5)
    meant = f"Did you mean {', '.join(close)}? " if close else ""
    return f"{meant}Check the code, or use --force to record it all the same."


def _count(connection: Connection, sql: str, value: str) -> int:
    row = connection.execute(sql, [value]).fetchone()
    return int(row[0]) if row else 0


def _column(connection: Connection, sql: str, *values: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(sql, list(values)).fetchall()]
