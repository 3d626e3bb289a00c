"""What every part of the ledger stands on: one method, one transaction, and a marker that says how far the ledger had come."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from tasks.ledger.events import last_event
from tasks.ledger.marker import Marker, advance_marker
from tasks.ledger.store import Store

_T = TypeVar("_T")


class Transactions:
    """An open ledger database of one company; what can be done with it is in the classes that extend this one."""

    def __init__(self, store: Store, *, ledger_id: str, marker: Path, locks: Path) -> None:
        self.ledger_id = ledger_id
        self._store = store
        self._marker = marker
        self._locks = locks

    def _write(self, step: Callable[[Connection, datetime], _T]) -> _T:
        with self._store.writing() as connection:
            result = step(connection, self._store.clock())
            seen = Marker(self.ledger_id, last_event(connection))
        with suppress(
            OSError
        ):  # the marker may lag behind the ledger, and what was recorded must not look as if it failed
            advance_marker(self._marker, seen)
        return result

    def _read(self, step: Callable[[Connection], _T]) -> _T:
        with self._store.reading() as connection:
            return step(connection)
