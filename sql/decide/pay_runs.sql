-- Overdue receivables whose first reminder waits, because their customer's pay run explains the delay.
-- Grain: one row per such receivable (item_number: the row of decide.items).
-- run_on: the first pay run (segment.pay_habits) on or after the due date.
-- Only where the strategy waits (pay_run_days), and only while run_on has not passed and is within so many days.
-- Materialized: table
WITH runs AS (
    SELECT
        c.item_number,
        c.due_date,
        min(r.next_on) AS run_on
    FROM decide.candidates AS c
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.parameters AS settings ON c.due_date + settings.pay_run_days >= run.as_of
    INNER JOIN policy.steps AS s ON c.ladder = s.ladder AND c.step_rank = s.step_rank AND s.is_first_reminder
    INNER JOIN segment.customers AS d ON c.customer_number = d.rowid
    INNER JOIN segment.pay_habits AS h ON d.company_id = h.company_id AND d.customer_id = h.customer_id
    INNER JOIN segment.run_days AS r
        ON
            c.due_date = r.day
            AND coalesce(h.weekday, 0) = coalesce(r.weekday, 0)
            AND coalesce(h.month_day, 0) = coalesce(r.month_day, 0)
    GROUP BY c.item_number, c.due_date
)

SELECT
    r.item_number,
    r.run_on
FROM runs AS r
CROSS JOIN run.parameters AS run
CROSS JOIN policy.parameters AS settings
WHERE r.run_on >= run.as_of AND r.run_on <= r.due_date + settings.pay_run_days
