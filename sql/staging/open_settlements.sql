-- The receivables of staging.settlements with something open, of either sign: a tenth of all, read more than once.
-- Grain: company, receivable. open_amount in `currency`, negative for credit notes.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount
FROM staging.settlements
WHERE open_amount <> 0
