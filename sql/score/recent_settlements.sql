-- How customers paid in the recent_days before as_of, beside how they paid score_change_days before it.
-- Grain: company, customer with a settlement in these days and a history before them (earlier.customer_history).
-- Days are calendar days from the due date, negative when early. later_since: the first of these settlements that came
-- later than the customer's median before; first_late_on: the first that came more than first_late_days late.
-- Leak-free: settlements made before as_of only. Constants: tasks/score/early_warnings.yaml.
-- Materialized: view
WITH recent AS (
    SELECT
        settlements.company_id,
        settlements.customer_id,
        settlements.settled_on_before AS settled_on,
        date_diff('day', settlements.due_date, settlements.settled_on_before) AS days_late
    FROM staging.settlements AS settlements
    CROSS JOIN policy.early_warning_parameters AS limits
    INNER JOIN run.parameters AS run
        ON
            settlements.settled_on_before >= run.as_of - limits.recent_days
            AND settlements.invoice_date < run.as_of
    WHERE settlements.amount > 0
)

SELECT
    recent.company_id,
    recent.customer_id,
    count(*) AS settled_count,
    median(recent.days_late) AS median_days_late,
    max(recent.days_late) AS greatest_days_late,
    count(*) FILTER (WHERE recent.days_late > limits.first_late_days) AS very_late_count,
    min(recent.settled_on) FILTER (WHERE recent.days_late > history.median_days_late) AS later_since,
    min(recent.settled_on) FILTER (WHERE recent.days_late > limits.first_late_days) AS first_late_on
FROM recent
INNER JOIN earlier.customer_history AS history
    ON recent.company_id = history.company_id AND recent.customer_id = history.customer_id
CROSS JOIN policy.early_warning_parameters AS limits
WHERE history.settled_count > 0
GROUP BY recent.company_id, recent.customer_id
