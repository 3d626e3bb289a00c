"""The worklist of contacts to complete, correct or verify, as a CSV for the people who ask: with names and addresses.

It stays in the run's folder. What is published (`mart.contact_tasks`) and shown in Prefect has none of them.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from tasks.parties.words import party_words
from tasks.private_files import private_file
from tasks.segment.reasons import Language
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.connection import Connection

FILE = "contact_tasks.csv"
_ROWS_AT_A_TIME = 10_000

_TASKS = """
SELECT t.priority, t.customer_id, c.name AS customer_name, t.task, t.reason,
    CASE t.field WHEN 'email' THEN k.email WHEN 'phone' THEN k.phone WHEN 'mobile' THEN k.mobile
        WHEN 'tax_id' THEN c.tax_id WHEN 'iban' THEN c.iban END AS written,
    t.contact_id, k.name AS contact_name, t.contact_role, k.email AS contact_email, k.phone AS contact_phone,
    k.mobile AS contact_mobile, t.last_verified_on, t.currency, t.open_amount, t.open_receivables
FROM mart.contact_tasks AS t
LEFT JOIN staging.customers AS c ON t.company_id = c.company_id AND t.customer_id = c.customer_id
LEFT JOIN staging.contacts AS k
    ON t.company_id = k.company_id AND t.customer_id = k.customer_id AND t.contact_id = k.contact_id
ORDER BY t.priority
"""


def write_worklist(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `contact_tasks.csv` to `folder`, in the order to work in; `mart` must be built.

    For spreadsheets: UTF-8 with its mark, semicolons where commas are decimal, and no cell that could become a formula: what
    begins like one, as `+34 …`, has an apostrophe before it.
    """
    words = party_words()
    path = folder / FILE
    cursor = connection.execute(_TASKS)
    names = [str(column[0]) for column in cursor.description or ()]
    with private_file(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter="," if language == "en" else ";", lineterminator="\r\n")
        rows.writerow([words.columns[name].text(language) for name in names])
        while found := cursor.fetchmany(_ROWS_AT_A_TIME):
            for values in found:
                said = dict(zip(names, values, strict=True))
                said["task"] = words.tasks[said["task"]].text(language)
                said["reason"] = words.reasons[said["reason"]].text(language)
                said["contact_role"] = words.roles[role].text(language) if (role := said["contact_role"]) else None
                rows.writerow([_cell(value, language) for value in said.values()])
    return path


def _cell(value: object, language: Language) -> str:
    if isinstance(value, Decimal):
        return str(value) if language == "en" else str(value).replace(".", ",")
    return "" if value is None else cell_text(str(value))
