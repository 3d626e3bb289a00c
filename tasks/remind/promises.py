"""What a debtor promised about the receivables of a message that speaks of a promise: the day, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.warehouse.connection import Connection

PROMISE_PURPOSES: frozenset[str] = frozenset({"promise_reminder", "promise_broken"})
"""Purposes that name the promise they are about."""


@dataclass(frozen=True)
class PromisedPayment:
    """The day on which a payment was promised and its amount, positive, in the message's currency; None where one of them has none."""

    promised_for: date
    amount: Decimal | None


# segment.promises says which are open and which are broken. One without a receivable stands for all of the customer's in its
# currency. Of several the nearest day counts: the last that passed, or the first to come. Promises for the same day are added,
# each once however many receivables it is about.
_PROMISED = """
WITH messages AS (
    SELECT unnest($keys) AS reminder_key, unnest($states) AS state
),
found AS (
    SELECT DISTINCT m.reminder_key, m.state, p.promise_id, p.promised_for, p.amount
    FROM messages AS m
    INNER JOIN decide.reminders AS r ON m.reminder_key = r.reminder_key
    INNER JOIN decide.reminder_items AS i ON r.reminder_key = i.reminder_key
    INNER JOIN segment.promises AS p
        ON r.company_id = p.company_id AND r.customer_id = p.customer_id AND i.receivable_id = coalesce(p.receivable_id, i.receivable_id)
        AND r.currency = coalesce(p.currency, r.currency)
    WHERE p.state = m.state
),
days AS (
    SELECT reminder_key, CASE any_value(state) WHEN 'broken' THEN max(promised_for) ELSE min(promised_for) END AS promised_for
    FROM found GROUP BY reminder_key
)
SELECT f.reminder_key, f.promised_for, CASE WHEN bool_and(f.amount IS NOT NULL) THEN sum(f.amount)::DECIMAL(18, 2) END
FROM found AS f
INNER JOIN days AS d ON f.reminder_key = d.reminder_key AND f.promised_for = d.promised_for
GROUP BY f.reminder_key, f.promised_for
"""


def read_promised(connection: Connection, purposes: Mapping[str, str]) -> dict[str, PromisedPayment]:
    """What was promised, by reminder key, for those of `purposes` (key to purpose) that speak of a promise and have one."""
    keys = [key for key, purpose in purposes.items() if purpose in PROMISE_PURPOSES]
    if not keys:
        return {}
    states = ["broken" if purposes[key] == "promise_broken" else "open" for key in keys]
    rows = connection.execute(_PROMISED, {"keys": keys, "states": states}).fetchall()
    return {key: PromisedPayment(promised_for, amount) for key, promised_for, amount in rows}
