-- Where each open receivable stands on its ladder, as its schedule does (decide.outlooks).
-- Grain: one row per open receivable (item_number: the row of decide.items); what it is counted from is NULL where
-- there is no ladder. schedule_number: the row of decide.schedules. Units: open_amount positive, in currency.
-- Materialized: view
WITH known AS (
    SELECT
        d.*,
        o.schedule_number,
        o.said_rank,
        o.due_rank,
        o.next_on,
        o.next_rank
    FROM decide.schedules AS d
    INNER JOIN decide.outlooks AS o ON d.rowid = o.schedule_number
)

SELECT
    p.item_number,
    p.customer_number,
    p.currency,
    p.open_amount,
    p.country,
    p.ladder,
    p.due_date,
    p.is_insolvent,
    k.schedule_number,
    k.said_rank,
    k.due_rank,
    k.next_on,
    k.next_rank
FROM decide.positions AS p
LEFT JOIN known AS k
    ON
        p.ladder = k.ladder
        AND p.invoice_date IS NOT DISTINCT FROM k.invoice_date
        AND p.due_date IS NOT DISTINCT FROM k.due_date
        AND p.entries IS NOT DISTINCT FROM k.entries
        AND p.newest IS NOT DISTINCT FROM k.newest
        AND p.fingerprint IS NOT DISTINCT FROM k.fingerprint
        AND p.mark IS NOT DISTINCT FROM k.mark
        AND p.news_number IS NOT DISTINCT FROM k.news_number
