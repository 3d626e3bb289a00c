-- The steps of its ladder that were already said about an open receivable. Memory is per receivable and step name,
-- over all channels; a step of another ladder with the same name counts, so that a change of segment repeats nothing.
-- What was said on the day of a part payment that restarts the ladder, or before, is forgotten. A message that came
-- back announced nothing: of a step that announces another only the days on which it did not come back count.
-- times_sent: days on which it was said, by whichever channels.
-- Grain: one row per open receivable and step (item_number, step_rank); item_number: the row of decide.items, since
-- grouping by ids takes several times as long.
-- Materialized: table
WITH days AS (
    SELECT DISTINCT
        i.rowid AS item_number,
        p.step_rank,
        p.event IS NOT NULL AS is_about_event,
        s.sent_on
    FROM ledger.sent_steps AS s
    INNER JOIN decide.items AS i ON s.company_id = i.company_id AND s.receivable_id = i.receivable_id
    INNER JOIN policy.steps AS p ON i.ladder = p.ladder AND s.step = p.step
    LEFT JOIN decide.part_payments AS t ON s.company_id = t.company_id AND s.receivable_id = t.receivable_id
    WHERE
        s.sent_on > coalesce(t.restarted_on, '-infinity'::DATE)
        AND (s.delivery <> 'returned' OR p.is_announcing IS NOT TRUE)
)

SELECT
    item_number,
    step_rank,
    is_about_event,
    max(sent_on) AS last_sent_on,
    count(*)::INTEGER AS times_sent
FROM days
GROUP BY item_number, step_rank, is_about_event
