"""The run's list of our own tasks as a CSV for the people who do them, `internal_tasks.csv`, with names of customers.

It stays in the run's folder. What is published (`mart.internal_tasks`) has codes only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.duties.kinds import load_kinds
from tasks.segment.reasons import Language
from tasks.spreadsheet_csv import Cell, rows_of, write_csv
from tasks.warehouse.connection import Connection

FILE = "internal_tasks.csv"

_TASKS = """
SELECT t.place, t.task_id, t.owner, t.duty, t.duty AS what_to_do, t.customer_id, c.name AS customer_name, r.document_number, t.since,
    t.due_by, t.is_overdue, t.escalate_to, t.days_held_back, t.currency, t.open_amount, t.undisputed_amount, t.open_receivables
FROM mart.internal_tasks AS t
LEFT JOIN staging.customers AS c ON t.company_id = c.company_id AND t.customer_id = c.customer_id
LEFT JOIN staging.open_items AS r ON t.company_id = r.company_id AND t.receivable_id = r.receivable_id
ORDER BY t.place
"""


def write_tasks(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `internal_tasks.csv` to `folder`, in the order to work in; `mart` must be built."""
    names, tasks = rows_of(connection, _TASKS)
    headings = [load_kinds().columns[name].text(language) for name in names]
    return write_csv(folder / FILE, headings, (_said(task, language) for task in tasks), language=language)


def _said(task: dict[str, Cell], language: Language) -> Iterator[Cell]:
    kinds = load_kinds()
    kind = kinds.of(str(task["duty"]))
    words = {
        "duty": kind.label.text(language),
        "what_to_do": kind.to_do.text(language),
        "owner": task["owner"] or kinds.values["no_owner"].text(language),
    }
    for value in {**task, **words}.values():
        yield kinds.values["yes" if value else "no"].text(language) if isinstance(value, bool) else value
