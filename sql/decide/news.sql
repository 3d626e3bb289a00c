-- What changes the days of a ladder beside dates and memory: events, part payments,
-- confirmations, and by when a customer who pays in runs must be told.
-- Grain: one row per set of them that stands alike for some receivables; item_numbers: the rows of decide.items.
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
        c.next_link,
        o.tell_by
    FROM decide.events AS e
    FULL JOIN decide.part_payments AS t USING (company_id, receivable_id)
    FULL JOIN duties.chain AS c USING (company_id, receivable_id)
    FULL JOIN decide.cut_offs AS o USING (company_id, receivable_id)
)

SELECT
    h.last_said_on,
    h.happened_on,
    h.restarted_on,
    h.not_before,
    h.missing,
    h.next_link,
    h.tell_by,
    list(i.rowid) AS item_numbers
FROM happened AS h
INNER JOIN decide.items AS i ON h.company_id = i.company_id AND h.receivable_id = i.receivable_id
GROUP BY h.last_said_on, h.happened_on, h.restarted_on, h.not_before, h.missing, h.next_link, h.tell_by
