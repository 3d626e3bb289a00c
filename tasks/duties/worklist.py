"""The run's list of our own tasks as a CSV for the people who do them, `internal_tasks.csv`, with names of customers.

It stays in the run's folder. What is published (`mart.internal_tasks`) has codes only.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from tasks.duties.kinds import load_kinds
from tasks.private_files import private_file
from tasks.segment.reasons import Language
from tasks.spreadsheet_text import cell_text
from tasks.warehouse.connection import Connection

FILE = "internal_tasks.csv"
_ROWS_AT_A_TIME = 10_000

_TASKS = """
SELECT t.place, t.task_id, t.owner, t.duty, t.duty AS what_to_do, t.customer_id, c.name AS customer_name, r.document_number, t.since,
    t.due_by, t.is_overdue, t.escalate_to, t.days_held_back, t.currency, t.open_amount, t.undisputed_amount, t.open_receivables
FROM mart.internal_tasks AS t
LEFT JOIN staging.customers AS c ON t.company_id = c.company_id AND t.customer_id = c.customer_id
LEFT JOIN staging.open_items AS r ON t.company_id = r.company_id AND t.receivable_id = r.receivable_id
ORDER BY t.place
"""


def write_tasks(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `internal_tasks.csv` to `folder`, in the order to work in; `mart` must be built.

    For spreadsheets: UTF-8 with its mark, semicolons where commas are decimal, and no cell that could become a formula.
    """
    kinds = load_kinds()
    path = folder / FILE
    cursor = connection.execute(_TASKS)
    names = [str(column[0]) for column in cursor.description or ()]
    with private_file(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter="," if language == "en" else ";", lineterminator="\r\n")
        rows.writerow([kinds.columns[name].text(language) for name in names])
        while found := cursor.fetchmany(_ROWS_AT_A_TIME):
            for values in found:
                said = dict(zip(names, values, strict=True))
                kind = kinds.of(said["duty"])
                said["duty"], said["what_to_do"] = kind.label.text(language), kind.to_do.text(language)
                said["owner"] = said["owner"] or kinds.values["no_owner"].text(language)
                rows.writerow([_cell(value, language) for value in said.values()])
    return path


def _cell(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return load_kinds().values["yes" if value else "no"].text(language)
    if isinstance(value, Decimal):
        return str(value) if language == "en" else str(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else cell_text(str(value))
