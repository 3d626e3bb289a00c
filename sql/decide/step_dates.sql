-- The day on which each step of a receivable's ladder can be said, if it still can.
-- Grain: one row per open receivable with a ladder and step (company_id, receivable_id, step_rank).
-- opens_on NULL: never. closes_on: the last day, NULL where there is none. is_due: the step to be said now. The rules
-- are in decide.schedule_steps.
-- Materialized: view
SELECT
    i.rowid AS item_number,
    i.company_id,
    i.customer_id,
    i.receivable_id,
    d.ladder,
    d.step_rank,
    d.step,
    d.said_rank,
    d.opens_on,
    d.closes_on,
    coalesce(p.due_rank = d.step_rank, FALSE) AS is_due
FROM decide.progress AS p
INNER JOIN decide.items AS i ON p.item_number = i.rowid
INNER JOIN decide.schedule_steps AS d ON p.schedule_number = d.schedule_number
