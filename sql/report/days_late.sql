-- How many receivables were settled in each month how many days after their due date: what medians are made of.
-- Grain: group_number (report.groups), currency, month of the settlement (its first day), days_late (negative: early).
-- receivables: how many; amount, in `currency`: of their documents. What is settled ahead of as_of waits for its day.
-- Materialized: table
SELECT
    groups.group_number,
    settlements.currency,
    date_trunc('month', settlements.settled_on)::DATE AS month,
    date_diff('day', settlements.due_date, settlements.settled_on) AS days_late,
    count(*) AS receivables,
    sum(settlements.amount) AS amount
FROM staging.settlements AS settlements
INNER JOIN run.parameters AS run ON settlements.settled_on <= run.as_of
INNER JOIN report.customer_groups AS groups
    ON settlements.company_id = groups.company_id AND settlements.customer_id = groups.customer_id
WHERE settlements.amount > 0
GROUP BY
    groups.group_number,
    settlements.currency,
    date_trunc('month', settlements.settled_on),
    date_diff('day', settlements.due_date, settlements.settled_on)
