-- The receivables listed in each message.
-- Grain: one row per message and receivable (reminder_key, receivable_id). Units: open_amount positive.
-- Materialized: view
SELECT
    reminder_key,
    company_id,
    customer_id,
    receivable_id,
    step,
    open_amount
FROM decide.lines
