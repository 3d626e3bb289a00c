-- Every receivable issued by as_of with the sum of what is aimed at it: the narrow rows that the rest reads, because
-- reading ten million wide rows again and again is what would make a run slow.
-- Grain: company, receivable. Columns and units as in staging.matches.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    named_document_number,
    currency,
    amount,
    invoice_date,
    due_date,
    cleared_on,
    stated_open_amount,
    aimed_amount,
    last_aimed_on,
    is_contested
FROM staging.matches
WHERE receivable_id IS NOT NULL
