"""The part of the ledger that plans, claims, settles, and gives leave to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection

from tasks.ledger import approvals, holder, listing, strategies
from tasks.ledger.claim import ClaimContext, claim, load
from tasks.ledger.day_limits import left_since
from tasks.ledger.journal import Journal, read_journal
from tasks.ledger.plan import plan
from tasks.ledger.reminders import ClaimedReminder, ClaimResult, PlannedItem, PlannedReminder, PlanResult, Reminder
from tasks.ledger.settle import NotSettled, Outcome, Resolved, abandon, resolve, settle, unknown
from tasks.ledger.stops import Stopping


class Sending(Stopping):
    """Planning and sending."""

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
        """A claim token for one sender. Claims of it that are not settled at the end of the block are ended as those of the dead."""
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

    def journal(self, token: str) -> Journal:
        """Where the holder of `token` notes each message before it begins; to be opened before its first claim, and closed."""
        return Journal(holder.journal_of(self._locks, token))

    def settle_and_claim(
        self, outcomes: Sequence[Outcome], keys: Sequence[str], *, context: ClaimContext
    ) -> tuple[tuple[NotSettled, ...], ClaimResult]:
        """Settles one group and claims the next in one transaction, which costs one wait for the disk instead of two."""
        company_id = self._store.company_id

        def both(connection: Connection, at: datetime) -> tuple[tuple[NotSettled, ...], ClaimResult]:
            refused = settle(connection, outcomes, company_id=company_id, claim_token=context.claim_token, at=at)
            return refused, claim(connection, keys, company_id=company_id, context=context, at=at)

        return self._write(both)

    def left_since(self, since: datetime) -> Counter[str]:
        """How many messages left, or may have left, since a moment, by channel."""
        return self._read(lambda connection: left_since(connection, self._store.company_id, since))

    def settle(self, outcomes: Sequence[Outcome], *, claim_token: str) -> tuple[NotSettled, ...]:
        """Records what became of claimed reminders; returns what could not be recorded. See `settle.settle`."""
        return self._write(
            lambda connection, at: settle(
                connection, outcomes, company_id=self._store.company_id, claim_token=claim_token, at=at
            )
        )

    def abandon_claims(self, *, claimed_before: datetime | None = None) -> tuple[str, ...]:
        """Ends the claims of dead processes: by what they noted of them, else as `unknown`; returns the keys of the unknown ones.

        Deaths on this machine are known. For other machines there is a lease: claims made before `claimed_before` are given up.
        """
        dead = holder.dead_tokens(self._locks)
        keys = self._abandon(dead, claimed_before)
        holder.forget(self._locks, dead)
        return keys

    def unknown(self) -> tuple[Reminder, ...]:
        """Reminders that may or may not have left, oldest first."""
        return self._read(lambda connection: unknown(connection, self._store.company_id))

    def channel_of(self, reminder_id: str) -> str | None:
        """The channel of a reminder by its opaque id; None: the ledger does not know it."""
        return self._read(lambda connection: listing.channel_of(connection, self._store.company_id, reminder_id))

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

    def approve(self, reminder_key: str, *, author: str, mark: str | None = None) -> str:
        """Records that `author` approved the planned reminder, as `mark` says it was seen; returns the approval's id. See `approvals.approve`."""
        return self._write(
            lambda connection, at: approvals.approve(
                connection,
                listing.planned(connection, self._store.company_id, reminder_key),
                author=author,
                at=at,
                mark=mark,
            )
        )

    def in_full(self, keys: Sequence[str]) -> dict[str, ClaimedReminder]:
        """The reminders of `keys` with their items, whatever their state; keys the ledger does not know are absent."""
        return self._read(lambda connection: load(connection, self._store.company_id, keys))

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

    def _abandon(self, tokens: Iterable[str], claimed_before: datetime | None) -> tuple[str, ...]:
        dead = frozenset(tokens)
        notes = {token: read_journal(holder.journal_of(self._locks, token)) for token in dead}
        evidence = {token: proof for token, proof in notes.items() if proof is not None}
        return self._write(
            lambda connection, at: abandon(
                connection,
                company_id=self._store.company_id,
                dead_tokens=dead,
                evidence=evidence,
                claimed_before=claimed_before,
                at=at,
            )
        )
