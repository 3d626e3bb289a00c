"""Proposes the accounting entry of claims that a payment paid, for the person who books it. Until then a claim is no income.

`entry_id` stays the same from run to run, so that an entry already booked is known by it.
"""

from __future__ import annotations

import csv
from pathlib import Path

from tasks.private_files import private_file
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.connection import Connection

FILE = "journal_proposal.csv"
_PAID = """
SELECT
    concat_ws('|', payment_id, receivable_id, kind) AS entry_id, paid_on, payment_id, customer_id, receivable_id,
    document_number, kind, currency, amount, arithmetic
FROM consequences.claims
WHERE status = 'paid'
ORDER BY paid_on, payment_id, receivable_id, kind
"""


def write_journal(connection: Connection, folder: Path) -> int:
    """Writes `journal_proposal.csv` to `folder` where something was paid, and returns the number of entries.

    No cell can become a formula of a spreadsheet; amounts are positive, in the row's currency, with a decimal point.
    """
    cursor = connection.execute(_PAID)
    names = [str(column[0]) for column in cursor.description or ()]
    rows = cursor.fetchall()
    if not rows:
        return 0
    with private_file(folder / FILE) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow(names)
        lines.writerows([cell_text("" if value is None else str(value)) for value in row] for row in rows)
    return len(rows)
