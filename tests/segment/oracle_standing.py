"""What stands against any word about a receivable, written from docs/strategy.md and not from the SQL: reasons 1 to 15."""

from __future__ import annotations

from datetime import date

from tests.segment.oracle_case import ONE_DAY, Case
from tests.segment.oracle_promises import Silence
from tests.segment.worlds import Customer, Entry, Receivable

MARKS = ("insolvent", "deceased", "closed", "represented_by_lawyer", "vulnerable")


def standing_reasons(case: Case, customer: Customer, silence: Silence, today: date) -> None:
    mine, place = case.receivable, case.place

    def concerns(entry: Entry) -> bool:
        return entry.receivable_id in (None, mine.receivable_id)

    holds = [
        h for h in customer.holds if concerns(h) and h.from_on <= today and (h.until_on is None or h.until_on >= today)
    ]
    disputes = [
        d
        for d in customer.disputes
        if concerns(d) and d.from_on <= today and (d.until_on is None or d.until_on > today)
    ]
    marks = marks_of(customer, today)
    if mine.is_assigned:
        case.reason = "assigned"
    elif marks & {"insolvent", "deceased", "closed"}:
        case.reason = next(kind for kind in ("insolvent", "deceased", "closed") if kind in marks)
    elif case.ladder is None:
        case.reason = "left_in_peace"
    elif holds:
        case.reason = "on_hold"
        ends = [h.until_on for h in holds]
        case.earliest_on = None if None in ends else max(ends) + ONE_DAY
    elif mine.dunning_block:
        case.reason = "dunning_block"
    elif disputes or mine.is_disputed:
        case.reason = "disputed"
    elif _owes(mine, today):
        case.reason = "own_duty"
    elif silence.plan is not None:
        case.reason = "payment_plan"
        case.earliest_on = silence.plan + ONE_DAY
    elif silence.promised is not None:
        case.reason = "promised"
        case.earliest_on = silence.promised + ONE_DAY
    elif mine.debit_returned_on is None and mine.debit_until is not None and mine.debit_until >= today:
        case.reason = "direct_debit_ordered"
        case.earliest_on = mine.debit_until + ONE_DAY
    elif place.due is None and place.following is not None:
        case.reason = "until_next_step" if place.has_begun else "before_first_step"
        case.earliest_on = place.opens_on
    elif place.due is None:
        case.reason = "ladder_finished"


def marks_of(customer: Customer, today: date) -> set[str]:
    """What is marked about the customer, by people while it is in force or by the export."""
    found = {f.kind for f in customer.flags if f.from_on <= today and (f.until_on is None or today <= f.until_on)}
    return {kind for kind in (*found, customer.financial_situation) if kind in MARKS}


def _owes(mine: Receivable, today: date) -> bool:
    """Whether the export says that something of ours is still to do; what it does not say is not owed."""
    days = (mine.delivered_on, mine.goods_received_on, mine.document_sent_on)
    late = any(day is not None and day > today for day in days)
    return mine.has_open_complaint is True or mine.is_price_agreed is False or late
