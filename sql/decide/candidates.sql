-- Open receivables whose step is due and that nothing said about them or their customer stands against.
-- Grain: one row per such receivable (company_id, receivable_id).
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount,
    ladder,
    due_rank AS step_rank,
    asked_role AS contact_role
FROM decide.standing
WHERE is_candidate
