-- The rows of staging.matches whose payments have to be looked at one by one, nearly always few: contested receivables,
-- what payments name and nobody knows, and partly open receivables that may have been paid after their export was
-- written.
-- Grain and columns as in staging.matches. A table of its own so that payments are looked up in it, not it in payments.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    receivable_id,
    named_document_number,
    named_receivable_id,
    currency,
    amount,
    stated_open_amount,
    is_contested
FROM staging.matches
WHERE
    is_contested
    OR receivable_id IS NULL
    OR (stated_open_amount <> 0 AND last_aimed_on > (SELECT min(statements.stated_on) FROM staging.statements))
