-- Channels by which the announcement that is due came back from a customer when it was said last.
-- Grain: one row per customer, step and channel (company_id, customer_id, ladder, step_rank, channel), for steps of
-- decide.asked that announce another.
-- Materialized: table
SELECT
    a.company_id,
    a.customer_id,
    a.ladder,
    a.step_rank,
    m.channel
FROM decide.asked AS a
INNER JOIN policy.steps AS s ON a.ladder = s.ladder AND a.step_rank = s.step_rank AND s.is_announcing
INNER JOIN ledger.sent_steps AS m
    ON a.company_id = m.company_id AND a.customer_id = m.customer_id AND s.step = m.step
GROUP BY a.company_id, a.customer_id, a.ladder, a.step_rank, m.channel
HAVING
    max(m.sent_on) FILTER (WHERE m.delivery = 'returned')
    > coalesce(max(m.sent_on) FILTER (WHERE m.delivery <> 'returned'), '-infinity'::DATE)
