-- Due steps that hurt, of whose announcement nobody knows whether it arrived: they wait until somebody does.
-- Grain: one row per such receivable (company_id, receivable_id). announced_on: the last day on which it was announced
-- without coming back. Where every announcement came back the step does not open at all (decide.said).
-- Materialized: table
SELECT
    c.company_id,
    c.receivable_id,
    max(m.sent_on) AS announced_on
FROM decide.candidates AS c
INNER JOIN policy.steps AS s ON c.ladder = s.ladder AND c.step_rank = s.step_rank AND s.announced_by IS NOT NULL
INNER JOIN ledger.sent_steps AS m
    ON c.company_id = m.company_id AND c.receivable_id = m.receivable_id AND s.announced_by = m.step
LEFT JOIN decide.part_payments AS t ON c.company_id = t.company_id AND c.receivable_id = t.receivable_id
WHERE m.sent_on > coalesce(t.restarted_on, '-infinity'::DATE) AND m.delivery <> 'returned'
GROUP BY c.company_id, c.receivable_id
HAVING NOT bool_or(m.delivery = 'arrived')
