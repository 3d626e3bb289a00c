"""Opens the published warehouse for reading, whatever a run publishes meanwhile."""

from __future__ import annotations

from contextlib import ExitStack

import duckdb

from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.warehouse.connection import Connection, open_for_reading

_POINTER_MOVED_TRIES = 5


def open_current(paths: WorkspacePaths, stack: ExitStack, memory_limit: str = "1GB") -> Connection:
    """Opens the file the pointer names; a run may move the pointer and remove that file between the look and the opening.

    Raises:
        UserProblem: nothing is published yet.
    """
    pointer = paths.current_warehouse
    for _ in range(_POINTER_MOVED_TRIES):
        if not pointer.exists():
            break
        target = pointer.resolve()
        try:
            return stack.enter_context(open_for_reading(target, memory_limit))
        except duckdb.IOException:
            if pointer.resolve() == target:
                raise
    raise UserProblem.at(str(pointer), "no warehouse has been published yet", "Run `puntual run DIR` first.")
