-- What was guessed onto receivables, added up.
-- Grain: company, receivable. amount in the receivable's currency, positive; last_on: when the last of it was paid.
-- Materialized: table
SELECT
    company_id,
    receivable_id,
    sum(amount)::DECIMAL(18, 2) AS amount,
    max(paid_on) AS last_on
FROM staging.guessed_allocations
GROUP BY company_id, receivable_id
