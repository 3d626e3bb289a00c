-- What a customer's receivables usually amount to, per currency.
-- Grain: company, customer, currency; only receivables issued before as_of. Amounts in `currency`, positive.
-- Materialized: table
SELECT
    settlements.company_id,
    settlements.customer_id,
    settlements.currency,
    count(*) AS receivables,
    sum(settlements.amount) AS amount
FROM staging.settlements AS settlements
INNER JOIN run.parameters AS run ON settlements.invoice_date < run.as_of
WHERE settlements.amount > 0
GROUP BY settlements.company_id, settlements.customer_id, settlements.currency
