"""Says of a workspace's own customers whom no step reaches, and where the contact cap leaves less room than their ladders ask for.

Reads a work database in which the decisions of the day are built; the steps are tried on everybody of a segment, whether they are due or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.problems import Problem
from tasks.segment.strategy import ContactCap, Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build_model, upstream_of

REACHED = 0.9
"""A share of a segment's customers below this is told: one in ten without a contact is more than chance leaves (our choice)."""
CROWDED = 0.1
"""A share of a segment's customers above this with more days of contact to come than the cap allows is told (our choice)."""
AHEAD_DAYS = 30
_ASKED, _REACH = "decide.asked", "decide.reach"
_EVERYBODY = """
CREATE OR REPLACE TABLE decide.asked AS
SELECT c.company_id, c.customer_id, c.rowid AS customer_number, c.ladder, s.step_rank, s.contact_role
FROM segment.customers AS c
SEMI JOIN staging.open_receivables AS r ON c.company_id = r.company_id AND c.customer_id = r.customer_id
INNER JOIN policy.steps AS s ON c.ladder = s.ladder
"""
_SHARES = """
SELECT segment, customers, reached, list(step ORDER BY step_rank)
FROM (
    SELECT c.segment, split_part(s.step, '.', 1) AS step, min(s.step_rank) AS step_rank,
        count(DISTINCT r.customer_number) AS customers,
        count(DISTINCT r.customer_number) FILTER (WHERE r.is_reachable) AS reached
    FROM decide.reach AS r
    INNER JOIN segment.customers AS c ON r.customer_number = c.rowid
    INNER JOIN policy.steps AS s ON r.ladder = s.ladder AND r.step_rank = s.step_rank
    GROUP BY c.segment, split_part(s.step, '.', 1)
)
GROUP BY segment, customers, reached
ORDER BY segment, min(step_rank)
"""
_WANTED = """
WITH wanted AS (
    SELECT i.company_id, i.customer_id, any_value(i.segment) AS segment,
        count(DISTINCT greatest(d.opens_on, run.as_of)) AS days
    FROM decide.step_dates AS d
    CROSS JOIN run.parameters AS run
    INNER JOIN decide.items AS i ON d.item_number = i.rowid
    INNER JOIN decide.verdicts AS v ON d.item_number = v.item_number
    INNER JOIN policy.reasons AS r ON v.reason = r.reason
    WHERE d.opens_on <= run.as_of + $ahead AND coalesce(d.closes_on >= greatest(d.opens_on, run.as_of), TRUE)
        AND (r.decision <> 'silent' OR v.reason IN ('frequency_cap', 'quiet_day'))
    GROUP BY i.company_id, i.customer_id
)

SELECT segment, count(*), count(*) FILTER (WHERE days > $room) FROM wanted GROUP BY segment ORDER BY segment
"""


@dataclass(frozen=True)
class Reached:
    """How many of a segment's customers with something open can be reached for each of `steps`, by any of their channels."""

    segment: str
    steps: tuple[str, ...]
    customers: int
    reached: int


def lint_reach(connection: Connection, strategy: Strategy) -> Iterator[Problem]:
    """The findings; all are warnings. Tries the steps on everybody, so that what reads `decide.asked` is no longer the day's."""
    if strategy.contact_cap is not None:
        yield from _crowded(connection, strategy.contact_cap)
    for one in reached_customers(connection):
        missing = one.customers - one.reached
        if one.reached < REACHED * one.customers:
            yield Problem(
                "warning",
                f"strategy.yaml: segments ({one.segment})",
                f"{missing:,} of {one.customers:,} customers ({missing / one.customers:.0%}) have no usable contact for {', '.join(one.steps)}",
                "Complete the contacts (contact_tasks.csv of a run lists them), or give the steps `fallback_channels`.",
            )


def reached_customers(connection: Connection) -> tuple[Reached, ...]:
    """By segment and steps alike, how many customers can be reached."""
    connection.execute(_EVERYBODY)
    tried = {_ASKED}
    for model in upstream_of(_REACH):
        if model.relation != _ASKED and model.reads & tried:
            build_model(connection, model)
            tried.add(model.relation)
    rows = connection.execute(_SHARES).fetchall()
    return tuple(Reached(segment, tuple(steps), customers, reached) for segment, customers, reached, steps in rows)


def _crowded(connection: Connection, cap: ContactCap) -> Iterator[Problem]:
    window = AHEAD_DAYS + 1
    room = cap.contacts * (window // cap.per_days) + min(cap.contacts, window % cap.per_days)
    for segment, customers, crowded in connection.execute(_WANTED, {"ahead": AHEAD_DAYS, "room": room}).fetchall():
        if crowded > CROWDED * customers:
            yield Problem(
                "warning",
                f"strategy.yaml: contact_cap ({segment})",
                f"{crowded:,} of {customers:,} customers ({crowded / customers:.0%}) have steps on more than the {room} days"
                f" that the cap leaves in the coming {AHEAD_DAYS}: some come later, or never",
                "Allow more contacts, or space the steps so that those of several invoices fall on the same days.",
            )
