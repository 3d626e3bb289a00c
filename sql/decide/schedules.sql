-- From what the days of a ladder's steps are counted. Receivables of which nothing was said and nothing happened share
-- a schedule with all that have their ladder and dates; each of the others has its own: so days are worked out once
-- for a few thousand schedules and not for every receivable.
-- Grain: one row per ladder, invoice date and due date of open receivables (item_number NULL), and one per open
-- receivable with a memory, an event, a part payment or confirmations (item_number: its row of decide.items).
-- Materialized: table
WITH told AS (
    SELECT
        company_id,
        receivable_id
    FROM decide.memory
    UNION
    SELECT
        company_id,
        receivable_id
    FROM decide.events
    UNION
    SELECT
        company_id,
        receivable_id
    FROM decide.part_payments
    UNION
    SELECT
        company_id,
        receivable_id
    FROM duties.chain
),

own AS (
    SELECT
        i.rowid AS item_number,
        i.ladder,
        i.invoice_date,
        i.due_date,
        m.said_rank,
        m.last_sent_on,
        m.times_sent,
        m.said_on,
        e.last_said_on,
        e.happened_on,
        t.restarted_on,
        t.not_before,
        c.missing,
        c.next_link
    FROM told AS k
    INNER JOIN decide.items AS i ON k.company_id = i.company_id AND k.receivable_id = i.receivable_id
    LEFT JOIN decide.memory AS m ON k.company_id = m.company_id AND k.receivable_id = m.receivable_id
    LEFT JOIN decide.events AS e ON k.company_id = e.company_id AND k.receivable_id = e.receivable_id
    LEFT JOIN decide.part_payments AS t ON k.company_id = t.company_id AND k.receivable_id = t.receivable_id
    LEFT JOIN duties.chain AS c ON k.company_id = c.company_id AND k.receivable_id = c.receivable_id
    WHERE i.ladder IS NOT NULL
),

shared AS (
    SELECT DISTINCT
        ladder,
        invoice_date,
        due_date
    FROM decide.items
    WHERE ladder IS NOT NULL
)

SELECT
    item_number,
    ladder,
    invoice_date,
    due_date,
    said_rank,
    last_sent_on,
    times_sent,
    said_on,
    last_said_on,
    happened_on,
    restarted_on,
    not_before,
    missing,
    next_link
FROM own
UNION ALL
SELECT
    NULL AS item_number,
    ladder,
    invoice_date,
    due_date,
    NULL AS said_rank,
    NULL AS last_sent_on,
    NULL AS times_sent,
    NULL AS said_on,
    NULL AS last_said_on,
    NULL AS happened_on,
    NULL AS restarted_on,
    NULL AS not_before,
    NULL AS missing,
    NULL AS next_link
FROM shared
