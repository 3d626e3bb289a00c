"""Who is in which arm of an experiment: written once, before the first contact, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from tasks.ledger.bulk import insert_rows
from tasks.ledger.chain_tables import experiment_members


@dataclass(frozen=True, kw_only=True)
class Member:
    """A customer's place in an experiment: its arm, its segment on that day, and since when."""

    experiment: str
    customer_id: str
    arm: str
    segment: str
    assigned_on: date


def assign(connection: Connection, members: Sequence[Member], *, company_id: str, run_id: str) -> int:
    """Writes those of `members` that the experiment does not know yet, and gives their number; the others stay as they are."""
    columns = experiment_members.c
    experiments = sorted({member.experiment for member in members})
    rows = connection.execute(
        select(columns.experiment, columns.customer_id).where(
            columns.company_id == company_id, columns.experiment.in_(experiments)
        )
    )
    known = {(row.experiment, row.customer_id) for row in rows}
    new = [member for member in members if (member.experiment, member.customer_id) not in known]
    insert_rows(
        connection,
        experiment_members,
        [{**vars(member), "company_id": company_id, "run_id": run_id} for member in new],
    )
    return len(new)
