-- What each payment known on as_of is aimed at: the instalment it names, or its parts of the document it names.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- Aimed is not yet applied: the receivable may be unknown, of another currency, or full (staging.contested_payments).
-- A payment that names an instalment is aimed at nothing else, also when that instalment never landed.
-- Materialized: view
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    payments.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    'receivable' AS rule
FROM landing.payments AS payments
INNER JOIN run.parameters AS run ON payments.paid_on <= run.as_of
WHERE payments.receivable_id IS NOT NULL
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
