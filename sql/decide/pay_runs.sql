-- Overdue receivables whose first reminder waits, because their customer's pay run explains the delay.
-- Grain: one row per such receivable (item_number: the row of decide.items).
-- run_on: the first pay run on or after the due date.
-- A customer pays in runs when he paid on six days or more of the last 365, and four fifths of them or more were the
-- same day of the week: five of six by chance, on any of five weekdays, happen to 0.8 % (binomial, 5 x 0.0016; 6 and
-- 0.8 are our choice). Later money on an item counts once, on the day that settled it.
-- Only where the strategy waits (pay_run_days), and only while run_on has not passed and is within so many days.
-- Materialized: table
WITH overdue AS (
    SELECT
        d.company_id,
        d.customer_id,
        c.item_number,
        c.due_date,
        settings.pay_run_days
    FROM decide.candidates AS c
    INNER JOIN policy.steps AS s ON c.ladder = s.ladder AND c.step_rank = s.step_rank AND s.is_first_reminder
    INNER JOIN segment.customers AS d ON c.customer_number = d.rowid
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.parameters AS settings ON c.due_date + settings.pay_run_days >= run.as_of
),

pay_days AS (
    SELECT DISTINCT
        s.company_id,
        s.customer_id,
        s.settled_on
    FROM staging.settlements AS s
    CROSS JOIN run.parameters AS run
    SEMI JOIN overdue AS o ON s.company_id = o.company_id AND s.customer_id = o.customer_id
    WHERE s.settled_on < run.as_of AND s.settled_on >= run.as_of - 365
),

habits AS (
    SELECT
        company_id,
        customer_id,
        mode(isodow(settled_on)) AS weekday,
        count(*) AS days
    FROM pay_days
    GROUP BY company_id, customer_id
    HAVING count(*) >= 6
),

strong AS (
    SELECT
        h.company_id,
        h.customer_id,
        h.weekday
    FROM habits AS h
    INNER JOIN pay_days AS d ON h.company_id = d.company_id AND h.customer_id = d.customer_id
    GROUP BY h.company_id, h.customer_id, h.weekday, h.days
    HAVING count(*) FILTER (WHERE isodow(d.settled_on) = h.weekday) >= 0.8 * h.days
),

runs AS (
    SELECT
        o.item_number,
        o.due_date,
        o.pay_run_days,
        o.due_date + ((h.weekday - isodow(o.due_date) + 7) % 7)::INTEGER AS run_on
    FROM overdue AS o
    INNER JOIN strong AS h ON o.company_id = h.company_id AND o.customer_id = h.customer_id
)

SELECT
    r.item_number,
    r.run_on
FROM runs AS r
CROSS JOIN run.parameters AS run
WHERE r.run_on >= run.as_of AND r.run_on <= r.due_date + r.pay_run_days
