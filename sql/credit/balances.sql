-- What each customer owes and is late with, as the credit policy counts it.
-- Grain: one row per customer and currency with something open (company_id, customer_id, currency).
-- Amounts in `currency`, positive. money_days = sum of amount x days overdue of what is arrears.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    currency,
    sum(open_amount)::DECIMAL(18, 2) AS open_amount,
    coalesce(sum(open_amount) FILTER (WHERE is_arrears), 0)::DECIMAL(18, 2) AS overdue_amount,
    count(*) FILTER (WHERE is_arrears) AS overdue_receivables,
    coalesce(
        sum(open_amount::DECIMAL(38, 2) * days_overdue) FILTER (WHERE is_arrears), 0
    )::DECIMAL(38, 2) AS money_days,
    coalesce(max(days_overdue) FILTER (WHERE is_arrears), 0) AS max_days_overdue
FROM credit.items
GROUP BY company_id, customer_id, currency
