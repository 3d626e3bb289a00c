"""Reads whom a run assigned to an experiment, for the ledger."""

from __future__ import annotations

from tasks.ledger.members import Member
from tasks.warehouse.connection import Connection


def new_members(connection: Connection) -> list[Member]:
    """The customers that `experiment.members` draws today and the ledger does not know yet, by experiment and customer."""
    rows = connection.execute(
        "SELECT experiment, customer_id, arm, segment, assigned_on FROM experiment.members WHERE is_new ORDER BY ALL"
    ).fetchall()
    return [
        Member(experiment=experiment, customer_id=customer, arm=arm, segment=segment, assigned_on=day)
        for experiment, customer, arm, segment, day in rows
    ]
