"""The invariants of a run's decisions (docs/design.md §7), as queries that must find nothing."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.warehouse.connection import Connection


class InvariantBroken(Exception):
    """A defect of ours, not of the data: nothing may be sent on decisions that do not add up."""


@dataclass(frozen=True)
class Invariant:
    """A statement about the decisions, and a query that lists the ids of what contradicts it.

    `doubt`: a quick query that finds nothing where the statement holds, because counts and sums of hashes agree (those of two
    different sets do by a chance of 1 in 10^19). Only where it finds something is the list made, which joins all rows by their ids.
    """

    statement: str
    contradictions: str
    doubt: str | None = None


INVARIANTS = (
    Invariant(
        "each open receivable has exactly one decision",
        """
        SELECT coalesce(r.receivable_id, d.receivable_id)
        FROM staging.open_receivables AS r
        FULL JOIN decide.decisions AS d ON r.company_id = d.company_id AND r.receivable_id = d.receivable_id
        WHERE r.receivable_id IS NULL OR d.receivable_id IS NULL
        UNION ALL
        SELECT receivable_id FROM decide.decisions GROUP BY company_id, receivable_id HAVING count(*) > 1
        """,
        """
        SELECT 1
        FROM (
            SELECT count(*) AS items, sum(hash(company_id, receivable_id, currency, open_amount)) AS fingerprint
            FROM staging.open_receivables
        ) AS r
        CROSS JOIN (
            SELECT count(*) AS items, sum(hash(company_id, receivable_id, currency, open_amount)) AS fingerprint,
                count(DISTINCT hash(company_id, receivable_id)) AS receivables
            FROM decide.decisions
        ) AS d
        WHERE (r.items, r.fingerprint, r.items) IS DISTINCT FROM (d.items, d.fingerprint, d.receivables)
        """,
    ),
    Invariant(
        "each decision is remind, wait or silent for a reason of the closed list",
        "SELECT d.receivable_id FROM decide.decisions AS d WHERE d.decision IS NULL",
    ),
    Invariant(
        "each customer is in exactly one segment",
        """
        SELECT c.customer_id
        FROM staging.customers AS c
        LEFT JOIN segment.customers AS s ON c.company_id = s.company_id AND c.customer_id = s.customer_id
        GROUP BY c.company_id, c.customer_id
        HAVING count(s.segment) <> 1
        """,
    ),
    Invariant(
        "the items of the messages are the receivables that are reminded of",
        """
        SELECT coalesce(i.receivable_id, d.receivable_id)
        FROM decide.reminder_items AS i
        FULL JOIN (SELECT * FROM decide.decisions WHERE decision = 'remind') AS d
            ON i.company_id = d.company_id AND i.receivable_id = d.receivable_id
        WHERE i.receivable_id IS NULL OR d.receivable_id IS NULL OR d.reminder_key IS NULL
        UNION ALL
        SELECT receivable_id FROM decide.lines GROUP BY company_id, receivable_id, channel HAVING count(*) > 1
        """,
        """
        SELECT 1
        FROM (
            SELECT count(*) AS items, sum(hash(item_number, currency, open_amount)) AS fingerprint
            FROM decide.decisions
            WHERE decision = 'remind' AND reminder_key IS NOT NULL
        ) AS d
        CROSS JOIN (SELECT count(*) AS items FROM decide.decisions WHERE decision = 'remind') AS a
        CROSS JOIN (
            SELECT count(*) FILTER (WHERE place = 1) AS items, count(*) AS lines,
                sum(hash(item_number, currency, open_amount)) FILTER (WHERE place = 1) AS fingerprint,
                count(DISTINCT hash(item_number, currency, open_amount)) AS receivables,
                count(DISTINCT hash(item_number, channel)) AS distinct_lines
            FROM decide.sayings
        ) AS s
        CROSS JOIN (SELECT coalesce(sum(item_count), 0) AS lines FROM decide.messages) AS m
        WHERE (d.items, d.fingerprint, d.items, d.items, s.lines, s.lines)
            IS DISTINCT FROM (s.items, s.fingerprint, s.receivables, a.items, s.distinct_lines, m.lines)
        """,
    ),
    Invariant(
        "a message's total is the sum of its items, in one currency",
        """
        SELECT coalesce(m.reminder_key, i.reminder_key)
        FROM decide.reminders AS m
        FULL JOIN (
            SELECT i.reminder_key, count(*) AS item_count, sum(i.open_amount) AS total, min(r.currency) AS currency,
                count(DISTINCT r.currency) AS currencies
            FROM decide.reminder_items AS i
            INNER JOIN staging.open_receivables AS r
                ON i.company_id = r.company_id AND i.receivable_id = r.receivable_id AND i.open_amount = r.open_amount
            GROUP BY i.reminder_key
        ) AS i ON m.reminder_key = i.reminder_key
        WHERE (m.total_amount, m.item_count, m.currency, 1) IS DISTINCT FROM (i.total, i.item_count, i.currency, i.currencies)
        """,
        # The amounts of the lines are those of the decisions, and these those of the open receivables: the statements above.
        """
        SELECT 1
        FROM (
            SELECT count(*) AS messages, sum(hash(reminder_key, item_count, total_amount, currency)) AS fingerprint
            FROM decide.reminders
        ) AS m
        CROSS JOIN (
            SELECT count(*) AS messages, sum(hash(n.reminder_key, i.item_count, i.total, n.currency)) AS fingerprint
            FROM (
                SELECT n.rowid AS message_number, count(*) AS item_count, sum(s.open_amount)::DECIMAL(18, 2) AS total
                FROM decide.sayings AS s
                INNER JOIN decide.messages AS n
                    ON s.customer_number = n.customer_number AND s.contact_role = n.contact_role
                    AND s.channel = n.channel AND s.currency = n.currency AND s.family = n.family
                GROUP BY n.rowid
            ) AS i
            INNER JOIN decide.messages AS n ON i.message_number = n.rowid
        ) AS i
        WHERE (m.messages, m.fingerprint) IS DISTINCT FROM (i.messages, i.fingerprint)
        """,
    ),
    Invariant(
        "no two messages share a key, nor a recipient's role, channel, currency and family of purposes",
        """
        SELECT min(reminder_key) FROM decide.reminders GROUP BY reminder_key HAVING count(*) > 1
        UNION ALL
        SELECT min(m.reminder_key) FROM decide.reminders AS m
        INNER JOIN (SELECT DISTINCT purpose, family FROM policy.steps) AS s ON m.purpose = s.purpose
        GROUP BY m.company_id, m.customer_id, m.contact_role, m.channel, m.currency, s.family HAVING count(*) > 1
        """,
        """
        SELECT 1
        FROM (
            SELECT count(*) AS messages, count(DISTINCT hash(m.reminder_key)) AS keys,
                count(DISTINCT hash(m.company_id, m.customer_id, m.contact_role, m.channel, m.currency, s.family)) AS recipients
            FROM decide.reminders AS m
            INNER JOIN (SELECT DISTINCT purpose, family FROM policy.steps) AS s ON m.purpose = s.purpose
        )
        CROSS JOIN (SELECT count(*) AS all_messages FROM decide.reminders)
        WHERE (messages, messages, messages) IS DISTINCT FROM (all_messages, keys, recipients)
        """,
    ),
    Invariant(
        "the totals over segments are those over all open receivables, in number and amount per currency",
        """
        SELECT coalesce(r.currency, d.currency)
        FROM (
            SELECT currency, count(*) AS items, sum(open_amount) AS amount
            FROM staging.open_receivables GROUP BY currency
        ) AS r
        FULL JOIN (
            SELECT currency, sum(items) AS items, sum(amount) AS amount
            FROM (
                SELECT segment, currency, count(*) AS items, sum(open_amount) AS amount
                FROM decide.decisions WHERE segment IN (SELECT segment FROM policy.segments)
                GROUP BY segment, currency
            )
            GROUP BY currency
        ) AS d ON r.currency = d.currency
        WHERE (r.items, r.amount) IS DISTINCT FROM (d.items, d.amount)
        """,
    ),
    Invariant(
        "what hurts was announced about the same receivable before",
        """
        SELECT d.receivable_id
        FROM decide.decisions AS d
        INNER JOIN policy.steps AS s ON d.ladder = s.ladder AND d.step_rank = s.step_rank AND s.announced_by IS NOT NULL
        INNER JOIN policy.steps AS n ON s.ladder = n.ladder AND s.announced_by = n.step
        INNER JOIN decide.standing AS p ON d.item_number = p.item_number
        ANTI JOIN decide.said AS a ON p.schedule_number = a.schedule_number AND n.step_rank = a.step_rank
        WHERE d.decision = 'remind'
        """,
    ),
)


def check_decisions(connection: Connection) -> None:
    """Runs all invariants on a work database in which segment and decide are built.

    Raises:
        InvariantBroken: at least one does not hold; the message names some of the ids that contradict it.
    """
    broken = []
    for invariant in INVARIANTS:
        if invariant.doubt is not None and connection.execute(f"{invariant.doubt} LIMIT 1").fetchone() is None:
            continue
        found = connection.execute(f"SELECT * FROM ({invariant.contradictions}) LIMIT 5").fetchall()  # noqa: S608 - ours
        if found:
            ids = ", ".join(str(row[0]) for row in found)
            broken.append(f"not true: {invariant.statement} (for example {ids})")
    if broken:
        raise InvariantBroken("; ".join(broken))
