"""The ledger as the book of claims that sending writes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tasks.ledger.claim import ClaimContext
from tasks.ledger.journal import Journal
from tasks.ledger.ledger import Ledger
from tasks.ledger.settle import NotSettled, Outcome, Settled
from tasks.ledger.states import Reason, Status
from tasks.ledger.store import Clock
from tasks.problems import LedgerProblem, Problem
from tasks.remind.contact_hours import ContactHours
from tasks.remind.delivery.outcomes import Attempt, ClaimBook, Claims, Settlement

_STATUS: dict[Settlement, Settled] = {
    "accepted": Status.ACCEPTED,
    "rejected": Status.REJECTED,
    "unknown": Status.UNKNOWN,
    "planned": Status.PLANNED,
}
_AWAITING = frozenset({Reason.AWAITING_APPROVAL, Reason.AWAITING_STRATEGY})
_COUNTED_APART = _AWAITING | {Reason.SENDING_STOPPED, Reason.DAY_LIMIT}


class HoursFirst:
    """Claims of `book` only what may be sent now by the clock of its debtor.

    `countries`: of the customer, by reminder key. `opens_at` tells, after claims, when each that waits can be sent, in UTC.
    """

    def __init__(
        self, book: ClaimBook, hours: ContactHours, *, countries: Mapping[str, str | None], clock: Clock
    ) -> None:
        self._book = book
        self._hours = hours
        self._countries = countries
        self._clock = clock
        self.opens_at: dict[str, datetime] = {}

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        """Claims what of `keys` may be sent now; what is asked about outside its hours is left planned."""
        now = self._clock()
        opens = {key: self._hours.opens_at(self._countries.get(key), now) for key in keys}
        waiting = {key: moment for key, moment in opens.items() if moment > now}
        self.opens_at.update(waiting)
        claims = self._book.claim([key for key in keys if key not in waiting], settling=settling)
        return replace(claims, quiet=len(waiting))

    def begin(self, reminder_key: str) -> None:
        """See `ClaimBook.begin`."""
        self._book.begin(reminder_key)

    def end(self, attempt: Attempt) -> None:
        """See `ClaimBook.end`."""
        self._book.end(attempt)

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Records `outcomes`."""
        self._book.settle(outcomes)


class LedgerClaims:
    """Claims and settles in `ledger` under the token and with the facts of `context`, and notes in `journal` what is on its way.

    `renew` gives the context as it is at a claim: a batch may go on into the next day, on which other things are in force.
    """

    def __init__(
        self,
        ledger: Ledger,
        context: ClaimContext,
        journal: Journal,
        *,
        renew: Callable[[ClaimContext], ClaimContext] | None = None,
    ) -> None:
        self._ledger = ledger
        self._context = context
        self._journal = journal
        self._renew = renew

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        """Claims what of `keys` may be sent now; see `settle` for what is settled with it."""
        outcomes = [_ledger_outcome(attempt) for attempt in settling]
        context = self._context if self._renew is None else self._renew(self._context)
        refused, result = self._ledger.settle_and_claim(outcomes, keys, context=context)
        _raise_refused(refused)
        reasons = Counter(skipped.reason for skipped in result.skipped)
        return Claims(
            claimed=tuple(claimed.reminder.reminder_key for claimed in result.claimed),
            cancelled=len(result.cancelled),
            awaiting=sum(reasons[reason] for reason in _AWAITING),
            skipped=sum(count for reason, count in reasons.items() if reason not in _COUNTED_APART),
            stopped=reasons[Reason.SENDING_STOPPED],
            over_limit=reasons[Reason.DAY_LIMIT],
        )

    def begin(self, reminder_key: str) -> None:
        """See `ClaimBook.begin`."""
        self._journal.begin(reminder_key)

    def end(self, attempt: Attempt) -> None:
        """See `ClaimBook.end`."""
        self._journal.end(_ledger_outcome(attempt))

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Records `outcomes`.

        Raises:
            LedgerProblem: the ledger holds some of them settled otherwise: somebody else ended our claim while it was alive.
        """
        _raise_refused(
            self._ledger.settle(
                [_ledger_outcome(outcome) for outcome in outcomes], claim_token=self._context.claim_token
            )
        )


def _raise_refused(refused: Sequence[NotSettled]) -> None:
    if refused:
        raise LedgerProblem(
            *(
                Problem(
                    "error",
                    f"reminder {item.reminder_key}",
                    f"could not be settled: meanwhile it is {item.status or 'not in the ledger'}",
                    "Ask the provider whether it was sent, and see that no two machines send for one workspace.",
                )
                for item in refused
            )
        )


def _ledger_outcome(outcome: Attempt) -> Outcome:
    receipt = outcome.receipt
    return Outcome(
        reminder_key=outcome.reminder_key,
        status=_STATUS[outcome.settlement],
        provider=receipt.provider if receipt else None,
        provider_message_id=receipt.provider_message_id if receipt else None,
        detail=outcome.detail or None,
        content_hash=outcome.content_hash,
    )
