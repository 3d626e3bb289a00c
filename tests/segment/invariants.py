"""What must hold of the decisions about a world, looked up in the world itself and not in what the SQL or the oracle concluded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tests.segment.worlds import Customer, Entry, Receivable, World

ANNOUNCED_BY = {"suspension": "suspension_deadline", "hand_over": "legal_deadline"}
NOTICE = timedelta(days=13)
Line = tuple[str, str, str, str, str, str, bool, str | None]


def broken_invariants(connection: Connection, world: World, strategy: Strategy) -> list[str]:
    """A line for each contradiction."""
    decided = Counter(row[0] for row in connection.execute("SELECT receivable_id FROM decide.decisions").fetchall())
    items = Counter(receivable.receivable_id for customer in world.customers for receivable in customer.receivables)
    broken = [f"{item}: not decided once" for item in sorted(items.keys() | decided) if decided[item] != items[item]]
    lines: list[Line] = connection.execute(
        "SELECT l.customer_id, l.receivable_id, l.channel, l.step, s.purpose, l.currency, m.needs_approval, m.contact_id"
        " FROM decide.lines AS l INNER JOIN decide.reminders AS m USING (reminder_key)"
        " INNER JOIN decide.decisions AS d ON l.receivable_id = d.receivable_id"
        " INNER JOIN policy.steps AS s ON d.ladder = s.ladder AND l.step = s.step"
    ).fetchall()
    said: dict[str, set[str]] = {}
    for line in lines:
        said.setdefault(line[1], set()).add(line[3])
    broken += [f"{item}: {len(steps)} steps in a day" for item, steps in said.items() if len(steps) > 1]
    repeated = Counter((line[1], line[2]) for line in lines)
    broken += [f"{item}: twice by {channel}" for (item, channel), times in repeated.items() if times > 1]
    customers = {customer.customer_id: customer for customer in world.customers}
    for line in lines:
        broken += _of_line(line, customers[line[0]], world.as_of, strategy)
    return broken


def _of_line(line: Line, customer: Customer, today: date, strategy: Strategy) -> Iterator[str]:
    _, receivable_id, channel, step, purpose, _, needs_approval, contact_id = line
    receivable = next((r for r in customer.receivables if r.receivable_id == receivable_id), None)
    if receivable is None or receivable.open_amount <= 0:
        yield f"{receivable_id}: reminded of, and nothing is open"
        return
    cap = strategy.contact_cap
    if cap is not None:
        earlier = {day for day in customer.contacted() if today - timedelta(days=cap.per_days) < day < today}
        if len(earlier) + 1 > cap.contacts:
            yield f"{receivable_id}: contact {len(earlier) + 1} of {cap.contacts} in {cap.per_days} days"
    written_to = next((k for k in customer.contacts if k.contact_id == contact_id), None)
    if channel == "email" and written_to and written_to.marked_on and written_to.marked_on <= today:
        yield f"{receivable_id}: said to an address that came back"
    if any(entry.channel in (None, channel) and entry.from_on <= today for entry in customer.opt_outs):
        yield f"{receivable_id}: said by {channel}, of which the customer opted out"
    if _is_disputed(receivable, customer, today) or any(
        _is_about(hold, receivable) and hold.from_on <= today and (hold.until_on is None or today <= hold.until_on)
        for hold in customer.holds
    ):
        yield f"{receivable_id}: reminded of, and it is disputed or held"
    if purpose in ANNOUNCED_BY:
        announcements = {
            s.step for ladder in strategy.ladders.values() for s in ladder.steps if s.purpose == ANNOUNCED_BY[purpose]
        }
        if not any(
            s.receivable_id == receivable_id
            and s.step in announcements
            and s.delivery == "arrived"
            and min(s.days) <= today - NOTICE
            for s in customer.said
        ):
            yield f"{receivable_id}: {step} was not announced {NOTICE.days} days before"
        if not needs_approval:
            yield f"{receivable_id}: {step} without approval"


def _is_disputed(receivable: Receivable, customer: Customer, today: date) -> bool:
    return bool(receivable.is_disputed) or any(
        _is_about(entry, receivable) and entry.from_on <= today and (entry.until_on is None or today < entry.until_on)
        for entry in customer.disputes
    )


def _is_about(entry: Entry, receivable: Receivable) -> bool:
    return entry.receivable_id in (None, receivable.receivable_id)
