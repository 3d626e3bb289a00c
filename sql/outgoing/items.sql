-- The receivables in everything that the run wants said or done.
-- Grain: one row per message and receivable (reminder_key, receivable_id). Units: amounts in the message's currency.
-- open_amount: what is open; paid_amount: what the message thanks for, NULL where it reminds.
-- Materialized: view
SELECT
    reminder_key,
    company_id,
    customer_id,
    receivable_id,
    step,
    open_amount,
    NULL::DECIMAL(18, 2) AS paid_amount
FROM decide.reminder_items
UNION ALL
SELECT
    reminder_key,
    company_id,
    customer_id,
    receivable_id,
    step,
    open_amount,
    paid_amount
FROM thanks.items
