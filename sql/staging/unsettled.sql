-- The receivables that names and statements leave open, of either sign, before any guess: a tenth of all, and the only
-- ones that a guess may touch.
-- Grain: company, receivable. Columns and units as in staging.aimed_settlements.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    receivable_id,
    named_document_number,
    currency,
    amount,
    invoice_date,
    due_date,
    stated_open_amount,
    is_contested,
    last_paid_on,
    paid_amount,
    cleared_amount,
    settled_on_before,
    open_amount
FROM staging.aimed_settlements
WHERE open_amount <> 0
