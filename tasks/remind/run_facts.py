"""What sending asks of a run beside its messages: its day, what is open by now, the promises it judged, the strategy's caps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import cast

from tasks.ledger.recheck import ContactCap as LedgerCap
from tasks.segment.strategy import ContactCap
from tasks.warehouse.connection import Connection

_AS_OF = "SELECT as_of FROM run.parameters"
_OPEN = """
SELECT receivable_id, open_amount FROM staging.open_receivables WHERE receivable_id IN (SELECT unnest($receivable_ids))
"""
_THANKED = """
SELECT receivable_id, open_amount FROM thanks.items WHERE receivable_id IN (SELECT unnest($receivable_ids))
"""
_SETTLED = """
SELECT receivable_id, open_amount FROM staging.settlements WHERE receivable_id IN (SELECT unnest($receivable_ids))
"""


def run_date(connection: Connection) -> date:
    """The business date of the run."""
    return cast("tuple[date]", connection.execute(_AS_OF).fetchone())[0]


def open_amounts(connection: Connection, receivable_ids: Collection[str]) -> dict[str, Decimal]:
    """What is open of each of `receivable_ids`, by receivable: 0 for what is paid, absent what the run knows nothing of."""
    amounts = dict(connection.execute(_OPEN, {"receivable_ids": sorted(receivable_ids)}).fetchall())
    # What the run thanks for is paid; of the others there is rarely anything, and the history is long.
    if others := sorted(set(receivable_ids) - amounts.keys()):
        amounts.update(connection.execute(_THANKED, {"receivable_ids": others}).fetchall())
    if others := sorted(set(receivable_ids) - amounts.keys()):
        amounts.update(connection.execute(_SETTLED, {"receivable_ids": others}).fetchall())
    return amounts


def channel_caps(cap: ContactCap | None) -> tuple[LedgerCap, ...]:
    """The strategy's caps for single channels, as the ledger takes them."""
    if cap is None:
        return ()
    return tuple(
        LedgerCap(contacts=own.contacts, per_days=own.per_days, channel=channel)
        for channel, own in cap.per_channel.items()
    )


def judged_promises(connection: Connection) -> frozenset[str]:
    """The promises that the run's decisions were made with, by id."""
    return frozenset(promise for (promise,) in connection.execute("SELECT promise_id FROM ledger.promises").fetchall())
