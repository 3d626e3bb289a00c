-- From what the days of a ladder's steps are counted: receivables with the same ladder, dates and past share a
-- schedule, so that days are worked out once for some ten thousand schedules and not for every receivable.
-- Grain: one row per distinct schedule; item_numbers: the rows of decide.items that have it.
-- Materialized: table
WITH happened AS (
    SELECT
        company_id,
        receivable_id,
        e.last_said_on,
        e.happened_on,
        t.restarted_on,
        t.not_before,
        c.missing,
        c.next_link
    FROM decide.events AS e
    FULL JOIN decide.part_payments AS t USING (company_id, receivable_id)
    FULL JOIN duties.chain AS c USING (company_id, receivable_id)
),

beside AS (
    SELECT
        i.rowid AS item_number,
        h.last_said_on,
        h.happened_on,
        h.restarted_on,
        h.not_before,
        h.missing,
        h.next_link
    FROM happened AS h
    INNER JOIN decide.items AS i ON h.company_id = i.company_id AND h.receivable_id = i.receivable_id
)

SELECT
    i.ladder,
    i.invoice_date,
    i.due_date,
    m.said_rank,
    m.last_sent_on,
    m.times_sent,
    m.said_on,
    h.last_said_on,
    h.happened_on,
    h.restarted_on,
    h.not_before,
    h.missing,
    h.next_link,
    list(i.rowid) AS item_numbers
FROM decide.items AS i
LEFT JOIN decide.memory AS m ON i.rowid = m.item_number
LEFT JOIN beside AS h ON i.rowid = h.item_number
WHERE i.ladder IS NOT NULL
GROUP BY
    i.ladder,
    i.invoice_date,
    i.due_date,
    m.said_rank,
    m.last_sent_on,
    m.times_sent,
    m.said_on,
    h.last_said_on,
    h.happened_on,
    h.restarted_on,
    h.not_before,
    h.missing,
    h.next_link
