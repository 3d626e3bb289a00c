-- The steps of its ladder that were already said, per schedule: what was said of its sample was said of all that share
-- it. Memory is per receivable and step name, over all channels; a step of another ladder with the same name counts, so
-- that a change of segment repeats nothing.
-- What was said on the day of a part payment that restarts the ladder, or before, is forgotten. A message that came
-- back announced nothing: of a step that announces another only the days on which it did not come back count.
-- times_sent: days on which it was said, by whichever channels.
-- Grain: one row per schedule and step (schedule_number, step_rank); schedule_number: the row of decide.schedules.
-- Materialized: table
WITH days AS (
    SELECT DISTINCT
        d.rowid AS schedule_number,
        p.step_rank,
        p.event IS NOT NULL AS is_about_event,
        s.sent_on
    FROM decide.schedules AS d
    INNER JOIN decide.items AS i ON d.sample_item = i.rowid
    INNER JOIN ledger.sent_steps AS s ON i.company_id = s.company_id AND i.receivable_id = s.receivable_id
    INNER JOIN policy.steps AS p ON d.ladder = p.ladder AND s.step = p.step
    LEFT JOIN decide.news AS n ON d.news_number = n.rowid
    WHERE
        d.entries IS NOT NULL
        AND s.sent_on > coalesce(n.restarted_on, '-infinity'::DATE)
        AND (s.delivery <> 'returned' OR p.is_announcing IS NOT TRUE)
)

SELECT
    schedule_number,
    step_rank,
    is_about_event,
    max(sent_on) AS last_sent_on,
    count(*)::INTEGER AS times_sent
FROM days
GROUP BY schedule_number, step_rank, is_about_event
