-- The known payments that neither the receivable nor the document they name finds a place for: they name nothing,
-- nothing that is known in their currency, or a document of one receivable that is another customer's.
-- Grain: company, payment. amount in `currency`, signed like money. Where a rule that guesses what such a payment is
-- for would begin: after the rules that know it (staging.matches), and with little to read.
-- Materialized: view
SELECT
    company_id,
    payment_id,
    customer_id,
    currency,
    amount,
    paid_on
FROM staging.known_payments
WHERE receivable_id IS NULL AND document_number IS NULL
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    currency,
    amount,
    paid_on
FROM staging.exceptional_payments
WHERE NOT is_aimed
