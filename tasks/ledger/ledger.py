"""The ledger as the rest of the program sees it: each method is one transaction, durable when it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import TracebackType

import pyarrow as pa

from tasks.ledger import chain, listing, members, runs
from tasks.ledger.counts import ReminderCounts, count
from tasks.ledger.facts import facts
from tasks.ledger.history import history
from tasks.ledger.history_entry import HistoryEntry
from tasks.ledger.ledger_answering import Answering
from tasks.ledger.ledger_erasing import Erasing
from tasks.ledger.ledger_following import Following
from tasks.ledger.ledger_learning import Learning
from tasks.ledger.ledger_sending import Sending
from tasks.ledger.reminders import Reminder
from tasks.ledger.tables import reminders


class Ledger(Sending, Learning, Following, Answering, Erasing):
    """An open ledger of one company; made by `tasks.ledger.opening.open_ledger`. Safe to use from several threads.

    Every method raises `LedgerProblem` when the database fails; nothing of that method's step is then recorded.
    """

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._store.engine.dispose()

    # What has to be proved later

    def append_decisions(self, entry: chain.DecisionEntry) -> chain.DecisionRoot:
        """Adds what a run decided to the company's chain. See `chain.append`."""
        return self._write(
            lambda connection, at: chain.append(connection, entry, company_id=self._store.company_id, at=at)
        )

    def decision_chain(self) -> tuple[chain.DecisionRoot, ...]:
        """The company's chain of decision roots, oldest first."""
        return self._read(lambda connection: chain.chain(connection, self._store.company_id))

    def messages_about(self, receivable_id: str, as_of: date) -> tuple[Reminder, ...]:
        """The reminders of a day that list a receivable, in whatever state."""
        return self._read(
            lambda connection: listing.messages_about(connection, self._store.company_id, receivable_id, as_of)
        )

    def assign_members(self, assigned: Sequence[members.Member], *, run_id: str) -> int:
        """Writes who is in which arm, once; gives how many are new. See `members.assign`."""
        return self._write(
            lambda connection, _: members.assign(connection, assigned, company_id=self._store.company_id, run_id=run_id)
        )

    def history(
        self, *, customer_id: str | None = None, first_day: date | None = None, last_day: date | None = None
    ) -> list[HistoryEntry]:
        """What happened, oldest first, with one customer or with all. See `history.history`."""
        return self._read(
            lambda connection: history(
                connection, self._store.company_id, customer_id=customer_id, first_day=first_day, last_day=last_day
            )
        )

    # Runs and figures

    def start_run(self, run: runs.RunStart) -> None:
        """Records that a run began."""
        self._write(lambda connection, at: runs.start_run(connection, run, company_id=self._store.company_id, at=at))

    def finish_run(
        self,
        run_id: str,
        *,
        status: runs.RunStatus,
        counts: Mapping[str, int],
        warehouse: str | None = None,
        strategy_version: str | None = None,
    ) -> None:
        """Records how a run ended; `warehouse`: the published file, relative to the workspace."""
        self._write(
            lambda connection, at: runs.finish_run(
                connection,
                run_id,
                company_id=self._store.company_id,
                status=status,
                counts=counts,
                warehouse=warehouse,
                strategy_version=strategy_version,
                at=at,
            )
        )

    def counts(self, *, as_of: date | None = None, run_id: str | None = None) -> ReminderCounts:
        """How many reminders stand where: of a day, of those a run planned last, or (both) where the two meet."""
        conditions = [reminders.c.company_id == self._store.company_id]
        if as_of is not None:
            conditions.append(reminders.c.as_of == as_of)
        if run_id is not None:
            conditions.append(reminders.c.run_id == run_id)
        return self._read(lambda connection: count(connection, *conditions))

    def facts(self, as_of: date) -> dict[str, pa.Table]:
        """The `ledger.*` relations of a run, by name. See `facts.facts`."""
        return self._read(lambda connection: facts(connection, self._store.company_id, as_of))
