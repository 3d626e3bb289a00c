-- For each day around the run's date, the pay runs next to it of who pays on a weekday or on a day of the month.
-- Grain: one row per kind of run and day (weekday, month_day, day), from two months before as_of to two years after it;
-- of weekday (1 Monday … 7) and month_day (1-31) one is NULL. next_on: the first run on or after the day; last_on: the
-- last on or before it. In a month without the day the run is on its last day, and one that falls on a weekend is on
-- the Monday. Empty where the strategy does not look at pay runs.
-- Materialized: table
WITH dates AS (
    SELECT run.as_of + unnest(range(-62, 731))::INTEGER AS day
    FROM run.parameters AS run
    INNER JOIN policy.parameters AS settings ON settings.pay_run_days IS NOT NULL
),

weekdays AS (SELECT unnest(range(1, 8))::INTEGER AS weekday),

month_days AS (SELECT unnest(range(1, 32))::INTEGER AS month_day),

around AS (SELECT unnest([-45, 0, 45]) AS days),

months AS (
    SELECT DISTINCT date_trunc('month', d.day + a.days)::DATE AS month
    FROM dates AS d
    CROSS JOIN around AS a
),

planned AS (
    SELECT
        n.month_day,
        least(m.month + n.month_day - 1, last_day(m.month)) AS planned_on
    FROM months AS m
    CROSS JOIN month_days AS n
),

runs AS (
    SELECT
        month_day,
        planned_on + CASE isodow(planned_on) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END AS run_on
    FROM planned
)

SELECT
    w.weekday,
    NULL::INTEGER AS month_day,
    d.day,
    d.day + ((w.weekday - isodow(d.day) + 7) % 7)::INTEGER AS next_on,
    d.day - ((isodow(d.day) - w.weekday + 7) % 7)::INTEGER AS last_on
FROM dates AS d
CROSS JOIN weekdays AS w
UNION ALL
SELECT
    NULL AS weekday,
    r.month_day,
    d.day,
    min(r.run_on) FILTER (WHERE r.run_on >= d.day) AS next_on,
    max(r.run_on) FILTER (WHERE r.run_on <= d.day) AS last_on
FROM dates AS d
INNER JOIN runs AS r ON r.run_on BETWEEN d.day - 45 AND d.day + 45
GROUP BY r.month_day, d.day
