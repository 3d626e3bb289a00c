-- What each known payment is aimed at: the instalment it names, or its parts of the document it names.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- Aimed is not yet applied: the receivable may be unknown, of another currency, or full (staging.contested_payments).
-- A payment that names an instalment is aimed at nothing else, also when that instalment never landed.
-- Materialized: view
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'receivable' AS rule
FROM staging.known_payments
WHERE receivable_id IS NOT NULL
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'document' AS rule
FROM staging.document_parts
