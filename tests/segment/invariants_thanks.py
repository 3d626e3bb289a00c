"""What must hold of the thanks in a world, looked up in the world itself and not in what the SQL or the oracle concluded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tasks.segment.strategy import Strategy
from tasks.segment.thank_you import ThankYou
from tasks.warehouse.connection import Connection
from tests.segment.worlds import Customer, World

NEVER_TO = ("insolvent", "deceased", "closed", "represented_by_lawyer")


def broken_thanks(connection: Connection, world: World, strategy: Strategy) -> list[str]:
    """A line for each contradiction."""
    thanked: dict[str, dict[str, Decimal]] = {}
    for customer_id, receivable_id, paid_amount in connection.execute(
        "SELECT customer_id, receivable_id, paid_amount FROM outgoing.items WHERE paid_amount IS NOT NULL"
    ).fetchall():
        thanked.setdefault(customer_id, {})[receivable_id] = paid_amount
    reminded = {row[0] for row in connection.execute("SELECT DISTINCT customer_id FROM decide.reminders").fetchall()}
    customers = {customer.customer_id: customer for customer in world.customers}
    broken = list(_totals(connection))
    for customer_id, items in thanked.items():
        if strategy.thank_you is None:
            broken.append(f"{customer_id}: thanked, and nobody is to be")
            continue
        if customer_id in reminded:
            broken.append(f"{customer_id}: thanked on the day of another message")
        customer = customers[customer_id]
        broken += _of_customer(customer, strategy.thank_you, strategy, world.as_of)
        broken += _of_items(customer, items, world.as_of)
    return broken


def _totals(connection: Connection) -> Iterator[str]:
    """Whether messages are the sum of their items, and everything that goes out is there once."""
    wrong = connection.execute(
        "SELECT m.reminder_key FROM outgoing.messages AS m LEFT JOIN outgoing.items AS i USING (reminder_key)"
        " GROUP BY m.reminder_key HAVING count(DISTINCT i.receivable_id) <> any_value(m.item_count)"
        " OR count(*) <> any_value(m.item_count)"
        " OR sum(coalesce(i.paid_amount, i.open_amount)) <> any_value(m.total_amount)"
    ).fetchall()
    yield from (f"{key}: not the sum of its items, or there twice" for (key,) in wrong)
    counted = connection.execute(
        "SELECT (SELECT count(*) FROM outgoing.messages), (SELECT count(*) FROM decide.reminders)"
        " + (SELECT count(*) FROM thanks.messages), (SELECT count(*) FROM thanks.items), (SELECT count(*) FROM thanks.lines)"
    ).fetchone()
    assert counted is not None
    if counted[0] != counted[1] or counted[2] != counted[3]:
        yield f"messages and items that go out do not add up: {counted}"
    mixed = connection.execute(
        "SELECT segment, channel, batch_number FROM outgoing.messages GROUP BY ALL"
        " HAVING count(DISTINCT purpose = 'thank_you') > 1 OR count(*) > (SELECT batch_size FROM policy.parameters)"
    ).fetchall()
    yield from (f"{batch}: a batch too large, or of thanks and reminders" for batch in mixed)


def _of_customer(customer: Customer, asked: ThankYou, strategy: Strategy, today: date) -> Iterator[str]:
    name, cap = customer.customer_id, strategy.contact_cap
    if any(receivable.due_date < today for receivable in customer.receivables):
        yield f"{name}: thanked, and something is overdue"
    if any((today - day).days < asked.every_days for _, day in customer.thanks):
        yield f"{name}: thanked again within {asked.every_days} days"
    own = (
        [] if cap is None or asked.channel not in cap.per_channel else [(asked.channel, cap.per_channel[asked.channel])]
    )
    for channel, limit in [] if cap is None else [(None, cap), *own]:
        earlier = [day for day in customer.contacted(channel) if 0 < (today - day).days < limit.per_days]
        if len(earlier) + 1 > limit.contacts:
            yield f"{name}: thanked as contact {len(earlier) + 1} of {limit.contacts} in {limit.per_days} days"
    if any(entry.channel in (None, asked.channel) and entry.from_on <= today for entry in customer.opt_outs):
        yield f"{name}: thanked by {asked.channel}, of which the customer opted out"
    in_force = [f.kind for f in customer.flags if f.from_on <= today and (f.until_on is None or today <= f.until_on)]
    yield from (
        f"{name}: thanked, and {kind}" for kind in NEVER_TO if kind in (*in_force, customer.financial_situation)
    )


def _of_items(customer: Customer, items: dict[str, Decimal], today: date) -> Iterator[str]:
    paid = {one.receivable_id: one for one in customer.paid}
    earlier = {receivable_id for receivable_id, _ in customer.thanks}
    for receivable_id, amount in items.items():
        found = paid.get(receivable_id)
        if found is None or found.settled_on > today or amount != found.amount + found.never_came:
            yield f"{receivable_id}: thanked for {amount}, and it is not paid in full"
        elif found.guessed or found.cleared or found.amount <= 0:
            yield f"{receivable_id}: thanked for what nobody is known to have paid"
        if receivable_id in earlier:
            yield f"{receivable_id}: thanked for twice"
