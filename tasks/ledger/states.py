"""The states of a reminder and every change between them that is allowed; nothing else in the ledger decides that."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Where a reminder stands. `claimed` and `unknown` may have left; all others say for certain."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    CANCELLED_PAID = "cancelled_paid"


class Reason(StrEnum):
    """Why a reminder was cancelled, was passed over at claim time, or became unknown (`status_reason`)."""

    SUPERSEDED = "superseded"
    PAID = "paid"
    NOT_PAID = "not_paid"
    AMOUNT_CHANGED = "amount_changed"
    NO_LONGER_PLANNED = "no_longer_planned"
    NOT_AS_PLANNED = "not_as_planned"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    PROMISED = "promised"
    FLAGGED = "flagged"
    NOT_ANNOUNCED = "not_announced"
    OPTED_OUT = "opted_out"
    ADDRESS_MARKED = "address_marked"
    FREQUENCY_CAP = "frequency_cap"
    ALREADY_CONTACTED_TODAY = "already_contacted_today"
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_STRATEGY = "awaiting_strategy"
    NOT_PLANNED = "not_planned"
    NOT_IN_LEDGER = "not_in_ledger"
    OTHER_DAY = "other_day"
    SENDING_STOPPED = "sending_stopped"
    DAY_LIMIT = "day_limit"
    NOTHING_LEFT = "nothing_left"
    ABANDONED = "abandoned"


_NOTHING_CAN_HAVE_LEFT = frozenset({Status.CANCELLED, Status.CANCELLED_PAID})

TRANSITIONS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.PLANNED: frozenset({Status.CLAIMED, Status.CANCELLED, Status.CANCELLED_PAID}),
        # Back to planned only on proof that nothing left: the provider said 429, or the connection was refused.
        # A provider's event may overtake the answer to our own request, hence delivered, bounced and dropped.
        Status.CLAIMED: frozenset(
            {
                Status.PLANNED,
                Status.ACCEPTED,
                Status.REJECTED,
                Status.UNKNOWN,
                Status.DELIVERED,
                Status.BOUNCED,
                Status.DROPPED,
            }
        ),
        # Evidence or a person says what happened; nothing in this table lets an unknown be sent again blindly.
        Status.UNKNOWN: frozenset(
            {
                Status.PLANNED,
                Status.ACCEPTED,
                Status.REJECTED,
                Status.DELIVERED,
                Status.BOUNCED,
                Status.DROPPED,
            }
        ),
        Status.ACCEPTED: frozenset({Status.DELIVERED, Status.BOUNCED, Status.DROPPED}),
        # Some mail servers accept first and bounce later.
        Status.DELIVERED: frozenset({Status.BOUNCED}),
        Status.BOUNCED: frozenset(),
        Status.DROPPED: frozenset(),
        Status.REJECTED: frozenset(),
        # A later plan of the same day may want it after all: a dispute was settled, an amount corrected.
        Status.CANCELLED: frozenset({Status.PLANNED}),
        Status.CANCELLED_PAID: frozenset({Status.PLANNED}),
    }
)

LIVE = frozenset({Status.CLAIMED, Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED, Status.UNKNOWN})
"""The debtor was, or may have been, written to: counts for the cap, the ladder's memory and the one-message-a-day guard."""

REFRESHABLE = frozenset({Status.PLANNED}) | _NOTHING_CAN_HAVE_LEFT
"""What a newer plan of the same key may rewrite."""


EVIDENCE_RANK: Mapping[Status, int] = MappingProxyType(
    {Status.ACCEPTED: 1, Status.DROPPED: 2, Status.DELIVERED: 3, Status.BOUNCED: 4}
)
"""What a provider's events say, weakest first; the strongest of all events is where a message stands, in whatever order they come.

A message that a provider dropped and that was delivered left twice, and the debtor has it. One that came back after it was delivered
was taken by a server and not by the person. A delivery that is told after a bounce changes nothing: providers try no more then.
"""


def proven_by_events(source: Status) -> frozenset[Status]:
    """What a provider's event may make of `source`: whatever weighs more, also where the ledger thought that nothing had left.

    An event is the provider's own word. An old ledger that was put back, or a message given back to the plan because a lookup came
    too early, is corrected by it instead of being sent again.
    """
    return frozenset(target for target, rank in EVIDENCE_RANK.items() if rank > EVIDENCE_RANK.get(source, 0))


def may_become(target: Status) -> frozenset[Status]:
    """The states from which `target` may be reached."""
    return frozenset(source for source, targets in TRANSITIONS.items() if target in targets)
