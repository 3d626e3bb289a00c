-- Due steps that hurt, of whose announcement nobody knows whether it arrived: they wait until somebody does.
-- Grain: one row per such receivable (item_number: the row of decide.items).
-- announced_on: the last day on which it was announced without coming back. Where every announcement came back the
-- step does not open at all (decide.said).
-- Materialized: table
SELECT
    c.item_number,
    max(m.sent_on) AS announced_on
FROM decide.candidates AS c
INNER JOIN policy.steps AS s ON c.ladder = s.ladder AND c.step_rank = s.step_rank AND s.announced_by IS NOT NULL
INNER JOIN decide.items AS i ON c.item_number = i.rowid
INNER JOIN ledger.sent_steps AS m
    ON i.company_id = m.company_id AND i.receivable_id = m.receivable_id AND s.announced_by = m.step
LEFT JOIN decide.part_payments AS t ON i.company_id = t.company_id AND i.receivable_id = t.receivable_id
WHERE m.sent_on > coalesce(t.restarted_on, '-infinity'::DATE) AND m.delivery <> 'returned'
GROUP BY c.item_number
HAVING NOT bool_or(m.delivery = 'arrived')
