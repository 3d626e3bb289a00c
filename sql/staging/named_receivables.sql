-- What the known payments bring to the receivables that they name themselves, or that are instalments of a shared
-- document that they name, added up.
-- Grain: company, receivable, currency. Columns as in staging.named_documents. The receivable may be unknown.
-- Materialized: table
WITH aimed AS (
    SELECT
        company_id,
        receivable_id,
        currency,
        amount,
        paid_on
    FROM staging.known_payments
    WHERE receivable_id IS NOT NULL
    UNION ALL
    SELECT
        company_id,
        receivable_id,
        currency,
        amount,
        paid_on
    FROM staging.document_parts
)

SELECT
    company_id,
    receivable_id,
    currency,
    sum(amount)::DECIMAL(18, 2) AS amount,
    min(amount) < 0 AS was_returned,
    max(amount) > 0 AS was_received,
    max(paid_on) AS last_on
FROM aimed
GROUP BY company_id, receivable_id, currency
