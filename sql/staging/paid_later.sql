-- The receivables that were paid after as_of: what their export states as open knows of money that the run does not.
-- Grain: company, receivable, currency; none in a live run. A table of its own for the reason of
-- staging.later_payments.
-- Materialized: table
SELECT
    company_id,
    receivable_id,
    currency
FROM staging.later_payments
WHERE receivable_id IS NOT NULL
UNION
SELECT
    receivables.company_id,
    receivables.receivable_id,
    receivables.currency
FROM landing.receivables AS receivables
INNER JOIN staging.later_payments AS payments
    ON
        receivables.company_id = payments.company_id
        AND receivables.document_number = payments.document_number
        AND receivables.currency = payments.currency
        AND receivables.customer_id = coalesce(payments.customer_id, receivables.customer_id)
WHERE payments.receivable_id IS NULL
