-- Where each open receivable stands on its ladder: the step that is due now (the highest of those that opened),
-- else the next.
-- Grain: one row per open receivable with a ladder (company_id, receivable_id).
-- due_rank NULL: no step is due. next_rank, next_on NULL: no step is to come. said_rank NULL: nothing was said yet.
-- next_key orders by day and, on the same day, the higher step first: 1000 ranks a day, far above any ladder.
-- item_number: the row of decide.items. schedule_number: its own row of decide.schedules, else the shared one.
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
),

placed AS (
    SELECT
        s.item_number,
        s.ladder,
        s.invoice_date,
        s.due_date,
        k.schedule_number,
        k.said_rank,
        k.due_rank,
        run.as_of + ceil(k.next_key / 1000)::INTEGER AS next_on,
        (ceil(k.next_key / 1000) * 1000 - k.next_key)::INTEGER AS next_rank
    FROM keyed AS k
    CROSS JOIN run.parameters AS run
    INNER JOIN decide.schedules AS s ON k.schedule_number = s.rowid
),

own AS (
    SELECT * FROM placed
    WHERE item_number IS NOT NULL
),

shared AS (
    SELECT * FROM placed
    WHERE item_number IS NULL
)

SELECT
    i.company_id,
    i.receivable_id,
    i.rowid AS item_number,
    coalesce(own.schedule_number, shared.schedule_number) AS schedule_number,
    own.said_rank,
    if(own.item_number IS NULL, shared.due_rank, own.due_rank) AS due_rank,
    if(own.item_number IS NULL, shared.next_on, own.next_on) AS next_on,
    if(own.item_number IS NULL, shared.next_rank, own.next_rank) AS next_rank
FROM decide.items AS i
INNER JOIN shared
    ON
        i.ladder = shared.ladder
        AND i.invoice_date IS NOT DISTINCT FROM shared.invoice_date
        AND i.due_date IS NOT DISTINCT FROM shared.due_date
LEFT JOIN own ON i.rowid = own.item_number
