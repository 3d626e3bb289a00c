-- What each customer's settled and open receivables looked like on the evening before as_of.
-- Grain: company, customer; only those with an invoice or debit note issued before as_of. Days are calendar days.
-- Leak-free: only receivables issued, and settlements made, before as_of; nothing of as_of itself.
-- Late: settled after the due date. days_late is negative when early; late_days counts only days after the due date.
-- Recent: settled in the last 150 days, about the five months that Appel et al. (arXiv 2008.07363) found best.
-- last_outcomes: the last three settlements, newest first, each as day number * 10000 + days late + 1000 (days late
-- limited to -999 … 8999): one integer keeps settlements of the same day in an order that does not depend on the rows'.
-- Items that are closed without a known date say nothing of punctuality and are not counted as open either.
-- very_late_count: settlements later than first_late_days, as score.early_warnings calls late
-- (tasks/score/early_warnings.yaml).
-- Materialized: table
WITH items AS (
    SELECT
        settlements.company_id,
        settlements.customer_id,
        settlements.invoice_date,
        settlements.settled_on_before AS settled_on,
        date_diff('day', settlements.due_date, settlements.settled_on_before) AS days_late,
        settlements.settled_on_before IS NULL
        AND (settlements.settled_on IS NOT NULL OR settlements.open_amount > 0) AS is_open,
        date_diff('day', settlements.due_date, run.as_of) AS days_overdue,
        settlements.settled_on_before >= run.as_of - 150 AS is_recent,
        limits.first_late_days
    FROM staging.settlements AS settlements
    INNER JOIN run.parameters AS run ON settlements.invoice_date < run.as_of
    CROSS JOIN policy.early_warning_parameters AS limits
    WHERE settlements.amount > 0
)

SELECT
    company_id,
    customer_id,
    min(invoice_date) AS first_invoice_on,
    min(settled_on) AS first_settled_on,
    max(settled_on) AS last_settled_on,
    count(days_late) AS settled_count,
    count(*) FILTER (WHERE days_late > 0) AS late_count,
    coalesce(sum(days_late), 0)::BIGINT AS days_late_sum,
    coalesce(sum(greatest(days_late, 0)), 0)::BIGINT AS late_days_sum,
    median(days_late) AS median_days_late,
    count_if(days_late > first_late_days)::BIGINT AS very_late_count,
    count(*) FILTER (WHERE is_recent) AS recent_settled_count,
    count(*) FILTER (WHERE is_recent AND days_late > 0) AS recent_late_count,
    coalesce(sum(days_late) FILTER (WHERE is_recent), 0)::BIGINT AS recent_days_late_sum,
    max(
        date_diff('day', DATE '1990-01-01', settled_on) * 10000 + least(greatest(days_late, -999), 8999) + 1000,
        3
    ) AS last_outcomes,
    count(*) FILTER (WHERE is_open) AS open_count,
    count(*) FILTER (WHERE is_open AND days_overdue > 0) AS overdue_count,
    coalesce(max(days_overdue) FILTER (WHERE is_open AND days_overdue > 0), 0) AS greatest_days_overdue
FROM items
GROUP BY company_id, customer_id
