"""The part of the ledger that forgets."""

from __future__ import annotations

from datetime import date

from tasks.ledger.erasures import Erasure, Held, Subject, block, erasable, erase, held, requests
from tasks.ledger.transactions import Transactions


class Erasing(Transactions):
    """What is held of a person, blocking him, and erasing him."""

    def block(self, subject: Subject, *, author: str, erase_after_on: date, today: date) -> str:
        """Records that the subject is to be erased after a day. See `block`."""
        return self._write(
            lambda connection, at: block(
                connection,
                self._store.company_id,
                subject,
                author=author,
                erase_after_on=erase_after_on,
                today=today,
                at=at,
            )
        )

    def erasure_requests(self) -> tuple[Erasure, ...]:
        """Every request, the oldest first."""
        return self._read(lambda connection: requests(connection, self._store.company_id))

    def held_of(self, subject: Subject) -> Held:
        """What the ledger holds of a subject."""
        return self._read(lambda connection: held(connection, self._store.company_id, subject))

    def require_erasable(self, erasure_id: str, *, on: date) -> None:
        """Raises `LedgerProblem` where the subject may not be erased yet. See `erasable`."""
        self._read(lambda connection: erasable(connection, self._store.company_id, erasure_id, on=on))

    def erase(self, erasure_id: str, *, on: date) -> None:
        """Erases a subject whose day has come; `pack` afterwards. See `erase`."""
        self._write(lambda connection, at: erase(connection, self._store.company_id, erasure_id, on=on, at=at))

    def pack(self) -> None:
        """Leaves nothing of what was erased in the ledger's file; no other process may be writing to it."""
        self._store.pack()
