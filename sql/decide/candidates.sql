-- Open receivables whose step is due and that nothing said about them or their customer stands against.
-- Grain: one row per such receivable (item_number: the row of decide.items). Units: open_amount positive, in currency.
-- Materialized: view
SELECT
    item_number,
    customer_number,
    currency,
    open_amount,
    due_date,
    ladder,
    due_rank AS step_rank
FROM decide.standing
WHERE is_candidate
