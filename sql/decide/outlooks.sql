-- Where a schedule stands on its ladder: the step that is due now (the highest of those that opened), else the next.
-- Grain: one row per schedule (schedule_number: the row of decide.schedules).
-- due_rank NULL: no step is due. next_rank, next_on NULL: no step is to come. said_rank NULL: nothing was said yet.
-- next_key orders by day and, on the same day, the higher step first: 1000 ranks a day, far above any ladder.
-- Materialized: table
WITH keyed AS (
    SELECT
        d.schedule_number,
        max(d.said_rank) AS said_rank,
        max(d.step_rank) FILTER (
            WHERE d.opens_on <= run.as_of AND (d.closes_on IS NULL OR d.closes_on >= run.as_of)
        ) AS due_rank,
        min((d.opens_on - run.as_of) * 1000 - d.step_rank) FILTER (
            WHERE d.opens_on > run.as_of AND (d.closes_on IS NULL OR d.closes_on >= d.opens_on)
        ) AS next_key
    FROM decide.schedule_steps AS d
    CROSS JOIN run.parameters AS run
    GROUP BY d.schedule_number
)

SELECT
    k.schedule_number,
    k.said_rank,
    k.due_rank,
    run.as_of + ceil(k.next_key / 1000)::INTEGER AS next_on,
    (ceil(k.next_key / 1000) * 1000 - k.next_key)::INTEGER AS next_rank
FROM keyed AS k
CROSS JOIN run.parameters AS run
