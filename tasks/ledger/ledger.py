"""The ledger as the rest of the program sees it: each method is one transaction, durable when it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pyarrow as pa
from sqlalchemy import Connection

from tasks.ledger import approvals, chain, contact_results, flags, holder, knowledge, listing, members, runs, strategies
from tasks.ledger.claim import ClaimContext, claim
from tasks.ledger.counts import ReminderCounts, count
from tasks.ledger.events import last_event
from tasks.ledger.facts import facts
from tasks.ledger.marker import Marker, advance_marker
from tasks.ledger.payment_plans import PaymentPlan, record_plan
from tasks.ledger.plan import plan
from tasks.ledger.reminders import (
    ClaimResult,
    PlannedItem,
    PlannedReminder,
    PlanResult,
    Reminder,
)
from tasks.ledger.settle import NotSettled, Outcome, Resolved, abandon, resolve, settle, unknown
from tasks.ledger.store import Store
from tasks.ledger.tables import reminders

_T = TypeVar("_T")


class Ledger:
    """An open ledger of one company; made by `tasks.ledger.opening.open_ledger`. Safe to use from several threads.

    Every method raises `LedgerProblem` when the database fails; nothing of that method's step is then recorded.
    """

    def __init__(self, store: Store, *, ledger_id: str, marker: Path, locks: Path) -> None:
        self.ledger_id = ledger_id
        self._store = store
        self._marker = marker
        self._locks = locks

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._store.engine.dispose()

    # Planning and sending

    def plan(
        self,
        *,
        run_id: str,
        as_of: date,
        reminders: Iterable[PlannedReminder],
        items: Iterable[PlannedItem],
    ) -> PlanResult:
        """Makes the plan of `as_of` equal to `reminders`; what was claimed or settled before stays. See `plan.plan`."""
        reminders_in, items_in = list(reminders), list(items)
        return self._write(
            lambda connection, at: plan(
                connection,
                company_id=self._store.company_id,
                run_id=run_id,
                as_of=as_of,
                reminders_in=reminders_in,
                items_in=items_in,
                at=at,
            )
        )

    def items_of(self, keys: Sequence[str]) -> dict[str, frozenset[str]]:
        """The receivables that each reminder of `keys` lists; keys the ledger does not know are absent."""
        return self._read(lambda connection: listing.items_of(connection, self._store.company_id, keys))

    @contextmanager
    def sending(self, run_id: str) -> Iterator[str]:
        """A claim token for one sender. Claims of it that are not settled at the end of the block become `unknown`."""
        with holder.hold(self._locks, run_id) as token:
            try:
                yield token
            finally:
                self._abandon([token], None)
                holder.forget(self._locks, [token])

    def claim(self, keys: Sequence[str], *, context: ClaimContext) -> ClaimResult:
        """Claims what may be sent now, durably; 20 to 200 keys at a time are a good group. See `claim.claim`."""
        return self._write(
            lambda connection, at: claim(connection, keys, company_id=self._store.company_id, context=context, at=at)
        )

    def settle(self, outcomes: Sequence[Outcome], *, claim_token: str) -> tuple[NotSettled, ...]:
        """Records what became of claimed reminders; returns what could not be recorded. See `settle.settle`."""
        return self._write(
            lambda connection, at: settle(
                connection, outcomes, company_id=self._store.company_id, claim_token=claim_token, at=at
            )
        )

    def abandon_claims(self, *, claimed_before: datetime | None = None) -> tuple[str, ...]:
        """Turns claims of dead processes into `unknown`; returns their keys.

        Deaths on this machine are known. For other machines there is a lease: claims made before `claimed_before` are given up.
        """
        dead = holder.dead_tokens(self._locks)
        keys = self._abandon(dead, claimed_before)
        holder.forget(self._locks, dead)
        return keys

    def unknown(self) -> tuple[Reminder, ...]:
        """Reminders that may or may not have left, oldest first."""
        return self._read(lambda connection: unknown(connection, self._store.company_id))

    def resolve(
        self,
        reminder_id: str,
        outcome: Resolved,
        *,
        evidence: str,
        provider: str | None = None,
        provider_message_id: str | None = None,
    ) -> bool:
        """Moves a reminder on by evidence; False when it says nothing new. See `settle.resolve`."""
        return self._write(
            lambda connection, at: resolve(
                connection,
                reminder_id,
                outcome,
                company_id=self._store.company_id,
                evidence=evidence,
                provider=provider,
                provider_message_id=provider_message_id,
                at=at,
            )
        )

    # What people say

    def record(self, learned: knowledge.Entry) -> str:
        """Records a promise, dispute, hold, opt-out or confirmation; returns its id."""
        return self._write(lambda connection, at: knowledge.record(connection, self._store.company_id, learned))

    def record_plan(self, plan: PaymentPlan) -> str:
        """Records a payment plan, all of its instalments or none; returns its id."""
        return self._write(lambda connection, at: record_plan(connection, self._store.company_id, plan))

    def channel_of(self, reminder_id: str) -> str | None:
        """The channel of a reminder by its opaque id; None: the ledger does not know it."""
        return self._read(lambda connection: listing.channel_of(connection, self._store.company_id, reminder_id))

    def record_contact(self, contact: contact_results.Contact) -> contact_results.Recorded:
        """Records what came of a call or visit, and what follows from it, once. See `contact_results.record_contact`."""
        return self._write(
            lambda connection, at: contact_results.record_contact(connection, self._store.company_id, contact, at=at)
        )

    def resolve_dispute(self, dispute_id: str, *, resolved_on: date) -> None:
        """Ends a dispute; `resolved_on` is the first day without it."""
        self._write(
            lambda connection, at: knowledge.resolve_dispute(
                connection, self._store.company_id, dispute_id, resolved_on=resolved_on
            )
        )

    def release_hold(self, hold_id: str, *, released_on: date) -> None:
        """Ends a hold; `released_on` is the first day without it."""
        self._write(
            lambda connection, at: knowledge.release_hold(
                connection, self._store.company_id, hold_id, released_on=released_on
            )
        )

    def release_flag(self, flag_id: str, *, released_on: date) -> None:
        """Ends a customer's flag; `released_on` is the first day without it."""
        self._write(
            lambda connection, at: flags.release_flag(
                connection, self._store.company_id, flag_id, released_on=released_on
            )
        )

    def approve(self, reminder_key: str, *, author: str) -> str:
        """Records that `author` approved the planned reminder as it is now; returns the approval's id."""
        return self._write(
            lambda connection, at: approvals.approve(
                connection, listing.planned(connection, self._store.company_id, reminder_key), author=author, at=at
            )
        )

    def planned_on(self, as_of: date) -> tuple[Reminder, ...]:
        """The reminders of a day that are planned and not sent."""
        return self._read(lambda connection: listing.planned_on(connection, self._store.company_id, as_of))

    def last_planned_day(self) -> date | None:
        """The newest day of which something is planned and not sent; None: nothing is."""
        return self._read(lambda connection: listing.last_planned_day(connection, self._store.company_id))

    def last_steps_before(self, as_of: date) -> dict[tuple[str, str], str]:
        """The step said last before `as_of`, by customer and currency."""
        return self._read(lambda connection: listing.last_steps_before(connection, self._store.company_id, as_of))

    def approve_strategy(self, version: str, *, strategy: str, author: str) -> bool:
        """Lets a strategy go, with the text of its file; False when it was approved before."""
        return self._write(
            lambda connection, at: strategies.approve_strategy(
                connection, self._store.company_id, version=version, strategy=strategy, author=author, at=at
            )
        )

    def approved_strategies(self) -> tuple[strategies.ApprovedStrategy, ...]:
        """The strategies that a person let go, the newest approval last."""
        return self._read(lambda connection: strategies.approved(connection, self._store.company_id))

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

    # Transactions

    def _abandon(self, tokens: Iterable[str], claimed_before: datetime | None) -> tuple[str, ...]:
        dead = frozenset(tokens)
        return self._write(
            lambda connection, at: abandon(
                connection,
                company_id=self._store.company_id,
                dead_tokens=dead,
                claimed_before=claimed_before,
                at=at,
            )
        )

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
