"""Everything the ledger holds of its customers, as one list by day: what was said, what came back, what people learned and decided.

For people who ask what happened; a run reads `facts`. Addresses, names and the debtors' own words are not in it, but for reasons and
notes that our people wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry is."""

    MESSAGE = "message"
    PROVIDER = "provider"
    CONTACT = "contact"
    ANSWER = "answer"
    PROMISE = "promise"
    DISPUTE = "dispute"
    HOLD = "hold"
    FLAG = "flag"
    OPT_OUT = "opt_out"
    CONFIRMATION = "confirmation"
    DUTY = "duty"
    MARK = "mark"
    APPROVAL = "approval"


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One thing that happened. `at`: UTC, None where only the day (`on`) is known; then `on` is a day of the creditor's calendar.

    `about`: the purpose of a message, the result of a contact, the kind of a dispute, and so on; `state`: what became of it, such as a
    message's status after the change. `reference`: the id by which the ledger, and `puntual record`, know it.
    """

    on: date
    customer_id: str
    kind: EntryKind
    reference: str
    about: str
    at: datetime | None = None
    receivable_id: str | None = None
    state: str | None = None
    channel: str | None = None
    step: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    until: date | None = None
    author: str | None = None
    detail: str | None = None
