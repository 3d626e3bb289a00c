-- The steps of its ladder that were already said about an open receivable. Memory is per receivable and step name,
-- over all
-- channels; a step of another ladder with the same name counts, so that a change of segment repeats nothing.
-- Grain: one row per open receivable and step (company_id, receivable_id, step).
-- Materialized: table
SELECT
    s.company_id,
    s.receivable_id,
    s.step,
    p.step_rank,
    max(s.last_sent_on) AS last_sent_on,
    sum(s.times_sent)::INTEGER AS times_sent
FROM ledger.sent_steps AS s
INNER JOIN decide.items AS i ON s.company_id = i.company_id AND s.receivable_id = i.receivable_id
INNER JOIN policy.steps AS p ON i.ladder = p.ladder AND s.step = p.step
GROUP BY s.company_id, s.receivable_id, s.step, p.step_rank
