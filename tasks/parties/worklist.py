"""The worklist of contacts to complete, correct or verify, as a CSV for the people who ask: with names and addresses.

It stays in the run's folder. What is published (`mart.contact_tasks`) and shown in Prefect has none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tasks.parties.words import party_words
from tasks.segment.reasons import Language
from tasks.spreadsheet_csv import Cell, rows_of, write_csv
from tasks.warehouse.connection import Connection

FILE = "contact_tasks.csv"

_TASKS = """
SELECT t.priority, t.customer_id, c.name AS customer_name, t.task, t.reason,
    CASE t.field WHEN 'email' THEN k.email WHEN 'phone' THEN k.phone WHEN 'mobile' THEN k.mobile
        WHEN 'fax' THEN k.fax WHEN 'tax_id' THEN c.tax_id WHEN 'iban' THEN c.iban END AS written,
    t.contact_id, k.name AS contact_name, t.contact_role, k.email AS contact_email, k.phone AS contact_phone,
    k.mobile AS contact_mobile, t.last_verified_on, t.currency, t.open_amount, t.open_receivables
FROM mart.contact_tasks AS t
LEFT JOIN staging.customers AS c ON t.company_id = c.company_id AND t.customer_id = c.customer_id
LEFT JOIN staging.contacts AS k
    ON t.company_id = k.company_id AND t.customer_id = k.customer_id AND t.contact_id = k.contact_id
ORDER BY t.priority
"""


def write_worklist(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `contact_tasks.csv` to `folder`, in the order to work in; `mart` must be built."""
    names, tasks = rows_of(connection, _TASKS)
    headings = [party_words().columns[name].text(language) for name in names]
    return write_csv(folder / FILE, headings, (_said(task, language) for task in tasks), language=language)


def _said(task: dict[str, Cell], language: Language) -> Iterable[Cell]:
    words, role = party_words(), task["contact_role"]
    said = {
        "task": words.tasks[str(task["task"])].text(language),
        "reason": words.reasons[str(task["reason"])].text(language),
        "contact_role": words.roles[str(role)].text(language) if role else None,
    }
    return {**task, **said}.values()
