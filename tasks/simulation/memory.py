"""What a simulated strategy has said so far, kept beside the facts of the ledger, so that its ladders go on from it.

`simulation.said`: one row per strategy, day, message and receivable: `label, day DATE, company_id, customer_id, receivable_id, segment, step,
purpose, channel, currency, contact_role VARCHAR, needs_approval BOOLEAN, reminder_key VARCHAR, open_amount DECIMAL(18,2), is_leading BOOLEAN` (its step is
the message's).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from tasks.warehouse.column_types import MONEY
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.work import write_ledger_facts

SAID = "simulation.said"
_REMEMBERED = ("ledger.sent_steps", "ledger.contact_days")


def begin(connection: Connection) -> None:
    """Makes the empty memory."""
    create_empty(
        connection,
        SAID,
        {
            "label": "VARCHAR",
            "day": "DATE",
            "company_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "receivable_id": "VARCHAR",
            "segment": "VARCHAR",
            "step": "VARCHAR",
            "purpose": "VARCHAR",
            "channel": "VARCHAR",
            "currency": "VARCHAR",
            "contact_role": "VARCHAR",
            "needs_approval": "BOOLEAN",
            "reminder_key": "VARCHAR",
            "open_amount": MONEY,
            "is_leading": "BOOLEAN",
        },
    )


def recall(connection: Connection, label: str, before: Mapping[str, pa.Table], today: Mapping[str, pa.Table]) -> None:
    """Writes the ledger's facts of a simulated day: `today`'s, but with the memory of `before` the first day and what `label` said since."""
    facts = {**today, **{relation: before[relation] for relation in _REMEMBERED}}
    write_ledger_facts(connection, facts)
    connection.execute(
        """
        INSERT INTO ledger.sent_steps BY NAME
        SELECT DISTINCT company_id, customer_id, receivable_id, step, channel, day AS sent_on, 'arrived' AS delivery
        FROM simulation.said WHERE label = $1
        """,
        [label],
    )
    connection.execute(
        """
        INSERT INTO ledger.contact_days BY NAME
        SELECT DISTINCT company_id, customer_id, channel, day AS contacted_on FROM simulation.said WHERE label = $1
        """,
        [label],
    )


def remember(connection: Connection, label: str, day: date) -> int:
    """Notes what the decisions of `day` would say; returns the number of messages."""
    connection.execute(
        """
        INSERT INTO simulation.said BY NAME
        SELECT $1 AS label, $2 AS day, d.company_id, d.customer_id, d.receivable_id, d.segment, d.step, d.purpose, d.channel, d.currency,
            d.contact_role, d.needs_approval, d.reminder_key, d.open_amount, d.step_rank = d.message_rank AS is_leading
        FROM decide.decisions AS d
        WHERE d.decision = 'remind'
        """,
        [label, day],
    )
    found = connection.execute(
        "SELECT count(DISTINCT reminder_key) FROM simulation.said WHERE label = $1 AND day = $2", [label, day]
    ).fetchone()
    return int(found[0]) if found else 0
