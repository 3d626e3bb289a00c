-- Customers that may be one debtor under two codes, with what speaks for it. Shown, never merged: docs/parties.md.
-- Grain: one row per pair (company_id, customer_id, other_customer_id), the smaller code first.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    other_customer_id,
    strength,
    evidence
FROM parties.duplicates
