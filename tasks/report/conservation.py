"""The run's books must balance (design.md, section 7, invariants 1 to 3 and 5): each check counts what does not, and one is too many.

It looks at the finished work database as a whole; the stages check their own part as they go.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.warehouse.connection import Connection


class ConservationBroken(Exception):
    """Something was lost or counted twice between two stages: a defect of ours, so nothing may be published from it."""


@dataclass(frozen=True)
class Balance:
    """One law: `sql` gives a count of exceptions and one of them, to begin the search with."""

    invariant: int
    law: str
    sql: str


# The receivables in what this run's processes said, or may have said: their claim tokens begin with its id.
_SAID = """said AS (
            SELECT l.company_id, l.reminder_key, l.customer_id, l.channel, l.currency, i.receivable_id,
                i.paid_amount IS NOT NULL AS is_thanks
            FROM ledger.reminders AS l
            INNER JOIN run.parameters AS run ON l.as_of = run.as_of AND starts_with(l.claim_token, run.run_id || '.')
            INNER JOIN outgoing.items AS i USING (reminder_key)
            WHERE l.status IN ('claimed', 'accepted', 'delivered', 'bounced', 'unknown'))"""

BALANCES = (
    Balance(
        1,
        "per file, rows in = landed + quarantined + duplicates",
        """SELECT count(*), any_value(file) FROM landing.files WHERE rows_in <> landed + quarantined + duplicates""",
    ),
    Balance(
        1,
        "per file and currency, amount in = landed + quarantined + duplicates, to the cent",
        """SELECT count(*), any_value(concat_ws(' ', file, currency)) FROM landing.file_amounts
        WHERE amount_in <> amount_landed + amount_quarantined + amount_duplicates""",
    ),
    Balance(
        1,
        "per file, the rows in quarantine are those that were refused",
        """WITH kept AS (
            SELECT source, file, count(*) FILTER (WHERE kind = 'quarantined') AS quarantined,
                count(*) FILTER (WHERE kind = 'duplicate') AS duplicates
            FROM landing.quarantine GROUP BY source, file)
        SELECT count(*), any_value(f.file) FROM landing.files AS f LEFT JOIN kept AS k USING (source, file)
        WHERE coalesce(k.quarantined, 0) <> f.quarantined OR coalesce(k.duplicates, 0) <> f.duplicates""",
    ),
    Balance(
        1,
        "each landed receivable, and each landed payment that the run knows of, is staged once, with its amount",
        """WITH landed AS (
            SELECT 'receivables' AS what, currency, count(*) AS items, sum(amount) AS amount FROM landing.receivables GROUP BY ALL
            UNION ALL SELECT 'payments', currency, count(*), sum(amount)
            FROM landing.payments INNER JOIN run.parameters ON paid_on <= as_of OR as_of >= known_on GROUP BY ALL),
        staged AS (
            SELECT 'receivables' AS what, currency, count(*) AS items, sum(amount) AS amount FROM staging.receivables GROUP BY ALL
            UNION ALL SELECT 'payments', currency, count(*), sum(amount) FROM staging.payments GROUP BY ALL)
        SELECT count(*), any_value(concat_ws(' ', what, currency))
        FROM ((FROM landed EXCEPT FROM staged) UNION ALL (FROM staged EXCEPT FROM landed))""",
    ),
    Balance(
        2,
        "each open receivable has exactly one decision: remind, wait or silent",
        """WITH decided AS (
            SELECT company_id, receivable_id, count(*) AS times FROM decide.decisions
            WHERE decision IN ('remind', 'wait', 'silent') GROUP BY ALL)
        SELECT count(*), any_value(coalesce(r.receivable_id, d.receivable_id))
        FROM staging.open_receivables AS r FULL JOIN decided AS d USING (company_id, receivable_id)
        WHERE r.receivable_id IS NULL OR d.times IS DISTINCT FROM 1""",
    ),
    Balance(
        3,
        "each receivable to remind of is in exactly one message of the plan by each channel, with its open amount",
        """WITH said AS (
            SELECT company_id, receivable_id, channel, count(*) AS times, sum(i.open_amount) AS amount
            FROM decide.reminder_items AS i INNER JOIN decide.reminders AS m USING (reminder_key, company_id) GROUP BY ALL),
        wanted AS (
            SELECT company_id, receivable_id, r.open_amount
            FROM decide.decisions INNER JOIN staging.open_receivables AS r USING (company_id, receivable_id)
            WHERE decision = 'remind')
        SELECT count(*), any_value(coalesce(w.receivable_id, s.receivable_id))
        FROM wanted AS w FULL JOIN said AS s USING (company_id, receivable_id)
        WHERE w.receivable_id IS NULL OR s.times IS DISTINCT FROM 1 OR w.open_amount <> s.amount""",
    ),
    Balance(
        3,
        "each message of thanks lists what is paid, all of it, and adds up",
        """WITH listed AS (
            SELECT reminder_key, count(*) AS items, sum(i.paid_amount) AS amount,
                bool_and(coalesce(s.open_amount = 0 AND i.paid_amount = s.amount AND s.settled_on <= run.as_of, FALSE)) AS is_paid
            FROM thanks.items AS i LEFT JOIN staging.settlements AS s USING (company_id, receivable_id)
            CROSS JOIN run.parameters AS run GROUP BY ALL)
        SELECT count(*), any_value(coalesce(m.reminder_key, l.reminder_key))
        FROM thanks.messages AS m FULL JOIN listed AS l USING (reminder_key)
        WHERE (m.item_count, m.total_amount, TRUE) IS DISTINCT FROM (l.items, l.amount, l.is_paid)""",
    ),
    Balance(
        3,
        "each message of the plan stands in the ledger once, as one of accepted, rejected, cancelled, unknown and awaiting",
        """WITH standing AS (
            SELECT reminder_key, count(*) AS times,
                count(*) FILTER (WHERE status IN ('accepted', 'delivered', 'bounced', 'dropped')) AS accepted,
                count(*) FILTER (WHERE status = 'rejected') AS rejected,
                count(*) FILTER (WHERE status IN ('cancelled', 'cancelled_paid')) AS cancelled,
                count(*) FILTER (WHERE status IN ('unknown', 'claimed')) AS unknown,
                count(*) FILTER (WHERE status = 'planned') AS awaiting
            FROM ledger.reminders GROUP BY reminder_key)
        SELECT count(*), any_value(m.reminder_key) FROM outgoing.messages AS m LEFT JOIN standing AS s USING (reminder_key)
        WHERE s.times IS DISTINCT FROM 1 OR accepted + rejected + cancelled + unknown + awaiting <> 1""",
    ),
    Balance(
        3,
        "what the ledger holds of this run, planned or said, is what the run decided: number of receivables and total",
        """SELECT count(*), any_value(l.reminder_key) FROM ledger.reminders AS l
        INNER JOIN run.parameters AS run ON l.as_of = run.as_of AND (
            (l.run_id = run.run_id AND l.status = 'planned')
            OR (starts_with(l.claim_token, run.run_id || '.') AND l.status NOT IN ('planned', 'cancelled', 'cancelled_paid')))
        LEFT JOIN outgoing.messages AS m USING (reminder_key)
        WHERE (l.item_count, l.total_amount, l.currency) IS DISTINCT FROM (m.item_count, m.total_amount, m.currency)""",
    ),
    Balance(
        3,
        "every message of the day stands in a known state",
        """SELECT count(*), any_value(reminder_key) FROM ledger.reminders WHERE status NOT IN ('planned', 'claimed', 'accepted',
            'delivered', 'bounced', 'dropped', 'rejected', 'unknown', 'cancelled', 'cancelled_paid')""",
    ),
    # By what the ledger knew when the run began; what it learned until the claim, the claim itself looked at.
    Balance(
        5,
        "nothing was said about what is disputed, promised or on hold, nor on a channel that was refused",
        f"""WITH {_SAID},
        against AS (
            SELECT customer_id, receivable_id, NULL AS currency, NULL AS channel, FALSE AS is_promise FROM ledger.disputes
            INNER JOIN run.parameters ON opened_on <= as_of AND coalesce(resolved_on > as_of, TRUE)
            UNION ALL SELECT customer_id, receivable_id, NULL, NULL, FALSE FROM ledger.holds
            INNER JOIN run.parameters ON from_on <= as_of AND coalesce(until_on >= as_of, TRUE)
            -- A promise of an amount without a receivable leaves out what it does not reach. It keeps nobody from being thanked.
            UNION ALL SELECT customer_id, receivable_id, currency, NULL, TRUE FROM segment.promises
            WHERE state = 'open' AND (receivable_id IS NOT NULL OR amount IS NULL)
            UNION ALL SELECT customer_id, NULL, NULL, channel, FALSE FROM ledger.opt_outs
            INNER JOIN run.parameters ON from_on <= as_of),
        wrong AS (
            SELECT s.reminder_key FROM said AS s INNER JOIN against AS a
                ON s.receivable_id = a.receivable_id AND NOT (s.is_thanks AND a.is_promise)
            UNION SELECT s.reminder_key FROM said AS s INNER JOIN against AS a
                ON a.receivable_id IS NULL AND s.customer_id = a.customer_id AND NOT (s.is_thanks AND a.is_promise)
                AND s.currency = coalesce(a.currency, s.currency) AND s.channel = coalesce(a.channel, s.channel))
        SELECT count(*), any_value(reminder_key) FROM wrong""",  # noqa: S608 our own text
    ),
    Balance(
        5,
        "nobody was reminded of what the landed payments settle",
        f"""WITH {_SAID}
        SELECT count(*), any_value(s.reminder_key) FROM said AS s
        INNER JOIN staging.settlements AS t USING (company_id, receivable_id)
        WHERE NOT s.is_thanks AND (t.open_amount <= 0 OR t.settled_on <= (SELECT as_of FROM run.parameters))""",  # noqa: S608 our own text
    ),
)


def check_conservation(connection: Connection) -> None:
    """Checks all `BALANCES`; needs the relations of every stage, and `ledger.reminders` as it is after sending.

    Raises:
        ConservationBroken: with every law that does not hold, how often, and one example (ids only).
    """
    broken = []
    for balance in BALANCES:
        found = connection.execute(balance.sql).fetchone()
        if found is not None and found[0]:
            broken.append(f"invariant {balance.invariant}: {balance.law}: {found[0]} exceptions, such as {found[1]!r}")
    if broken:
        raise ConservationBroken("\n".join(broken))
