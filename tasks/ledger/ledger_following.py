"""The part of the ledger that follows a message after it left: what providers say, and what must not be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tasks.events.event import ProviderEvent, WrittenAnswer
from tasks.ledger import contact_marks, provider_events, suppression, written_answers
from tasks.ledger.transactions import Transactions


class Following(Transactions):
    """Events and marks."""

    def take_events(self, events: Sequence[ProviderEvent], *, today: date) -> provider_events.Taken:
        """Keeps events once and moves their messages on, durably; a thousand at a time are a good group. See `take_events`."""
        return self._write(
            lambda connection, at: provider_events.take_events(
                connection, events, company_id=self._store.company_id, today=today, at=at
            )
        )

    def take_written(self, written: Sequence[WrittenAnswer], *, today: date) -> written_answers.WrittenTaken:
        """Keeps what customers wrote, each once, durably. See `written_answers.take_written`."""
        return self._write(
            lambda connection, at: written_answers.take_written(
                connection, self._store.company_id, written, today=today, at=at
            )
        )

    def fold_kept_events(self, reminder_ids: Sequence[str]) -> int:
        """Moves messages on by events that came before the ledger knew them; gives how many moved."""
        return self._write(
            lambda connection, at: provider_events.fold_kept(
                connection, reminder_ids, company_id=self._store.company_id, at=at
            )
        )

    def add_marks(self, marks: Sequence[contact_marks.ContactMark]) -> int:
        """Marks addresses; gives how many marks were not there before."""
        return self._write(lambda connection, at: contact_marks.add_marks(connection, self._store.company_id, marks))

    def suppress(self, listed: Sequence[suppression.Suppressed], *, source: str, today: date) -> int:
        """Marks the addresses of a list; gives how many marks are new. See `suppression.suppress`."""
        return self._write(
            lambda connection, at: suppression.suppress(
                connection, self._store.company_id, listed, source=source, today=today
            )
        )

    def clear_marks(self, *, channel: str, address: str, cleared_on: date) -> tuple[contact_marks.MarkKind, ...]:
        """The address works again; gives the kinds of the marks that this ended."""
        return self._write(
            lambda connection, at: contact_marks.clear_marks(
                connection, self._store.company_id, channel=channel, address=address, cleared_on=cleared_on
            )
        )
