"""A task of ours that somebody names as done: looked up in the published warehouse, so that a typing mistake ends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.warehouse.connection import open_for_reading

_CLOSE_MATCHES = 3


@dataclass(frozen=True)
class InternalTask:
    """What the ledger needs to know of a task. `receivable_id`, `contact_id` None: it is about neither."""

    task_id: str
    customer_id: str
    receivable_id: str | None
    contact_id: str | None
    duty: str
    source: str


def find_task(paths: WorkspacePaths, task_id: str) -> InternalTask:
    """The open task of that id.

    Raises:
        UserProblem: nothing is published, there is no such open task, or the accounting system says that it is open.
    """
    where = f"task {task_id}"
    if not paths.current_warehouse.exists():
        raise UserProblem.at(where, "is not known: no run was published yet", "Run the day first.")
    with open_for_reading(paths.current_warehouse) as connection:
        rows = connection.execute(
            "SELECT DISTINCT task_id, customer_id, receivable_id, contact_id, duty, source FROM mart.internal_tasks"
        ).fetchall()
    tasks = {row[0]: InternalTask(*row) for row in rows}
    if task_id not in tasks:
        close = get_close_matches(task_id, tasks, _CLOSE_MATCHES, cutoff=0.5)
        meant = f"Did you mean {', '.join(close)}? " if close else ""
        raise UserProblem.at(where, "is not open", f"{meant}The open ones are in internal_tasks.csv of the run.")
    if tasks[task_id].source == "export" and tasks[task_id].duty != "dispute_without_news":
        raise UserProblem.at(
            where,
            "is open because the accounting system's export says so, and the next export would open it again",
            "Correct it in the accounting system; the task ends with the next export.",
        )
    return tasks[task_id]
