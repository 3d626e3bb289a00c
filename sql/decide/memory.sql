-- What was said by a schedule, folded to one row.
-- Grain: one row per schedule of which a step was said (schedule_number: the row of decide.schedules).
-- said_rank: the highest step that was said; last_sent_on and times_sent are that step's. Steps about an event stand
-- beside the ladder and never move it on. said_on: the last day of each step, by its rank.
-- Materialized: table
SELECT
    schedule_number,
    max(step_rank) FILTER (WHERE is_about_event IS NOT TRUE) AS said_rank,
    max_by(last_sent_on, step_rank) FILTER (WHERE is_about_event IS NOT TRUE) AS last_sent_on,
    max_by(times_sent, step_rank) FILTER (WHERE is_about_event IS NOT TRUE) AS times_sent,
    map_from_entries(list((step_rank, last_sent_on))) AS said_on
FROM decide.said
GROUP BY schedule_number
