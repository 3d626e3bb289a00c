-- How each promise to pay stands: open, kept, broken or lapsed.
-- Grain: one row per promise (company_id, promise_id).
-- Columns and their meaning: data_contracts/mart_promises.odcs.yaml.
-- Materialized: view
SELECT
    company_id,
    promise_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    promised_for,
    recorded_on,
    kept_until,
    state,
    paid_amount,
    broken_on,
    is_missing,
    plan_id
FROM segment.promises
