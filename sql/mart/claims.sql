-- What late receivables may be claimed for beside themselves: interest, compensation, fees. No receivable, no income:
-- nothing of it is in any balance or figure until it is paid.
-- Grain: one row per receivable and kind (company_id, receivable_id, kind).
-- Units: amount in the row's currency, positive.
-- Columns and their meaning: data_contracts/mart_claims.odcs.yaml.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    kind,
    document_number,
    basis,
    due_date,
    settled_on,
    from_on,
    to_on,
    days,
    currency,
    amount,
    status,
    payment_id,
    paid_on,
    arithmetic
FROM consequences.claims
