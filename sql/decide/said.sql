-- The steps of its ladder that were already said about an open receivable. Memory is per receivable and step name,
-- over all channels; a step of another ladder with the same name counts, so that a change of segment repeats nothing.
-- What was said on the day of a part payment that restarts the ladder, or before, is forgotten.
-- times_sent: days on which it was said; a step over several channels counts once, by the channel that was used most.
-- Grain: one row per open receivable and step (company_id, receivable_id, step).
-- Materialized: table
WITH used AS (
    SELECT
        ladder,
        step_rank,
        count(*) FILTER (WHERE NOT is_fallback) AS channels
    FROM policy.step_channels
    GROUP BY ladder, step_rank
)

SELECT
    s.company_id,
    s.receivable_id,
    s.step,
    p.step_rank,
    p.event IS NOT NULL AS is_about_event,
    max(s.last_sent_on) AS last_sent_on,
    CASE
        WHEN bool_or(c.channels > 1) THEN max(s.times_sent)
        ELSE sum(s.times_sent)
    END::INTEGER AS times_sent
FROM ledger.sent_steps AS s
INNER JOIN decide.items AS i ON s.company_id = i.company_id AND s.receivable_id = i.receivable_id
INNER JOIN policy.steps AS p ON i.ladder = p.ladder AND s.step = p.step
INNER JOIN used AS c ON p.ladder = c.ladder AND p.step_rank = c.step_rank
LEFT JOIN decide.part_payments AS t ON s.company_id = t.company_id AND s.receivable_id = t.receivable_id
WHERE s.last_sent_on > coalesce(t.restarted_on, '-infinity'::DATE)
GROUP BY s.company_id, s.receivable_id, s.step, p.step_rank, p.event
