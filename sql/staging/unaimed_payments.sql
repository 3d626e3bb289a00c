-- The known payments that no rule of staging.aimed_payments takes: they name nothing, nothing that is known in their
-- currency, or a document of one receivable that is another customer's.
-- Grain: company, payment. amount in `currency`, signed like money.
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
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    payments.currency,
    payments.amount,
    payments.paid_on
FROM staging.known_payments AS payments
INNER JOIN staging.matches AS matches
    ON
        payments.company_id = matches.company_id
        AND payments.document_number = matches.named_document_number
        AND payments.currency = matches.currency
WHERE
    payments.receivable_id IS NULL
    -- Unknown, or another customer's; the latter makes a receivable contested, and few are.
    AND (matches.is_contested OR matches.receivable_id IS NULL)
    AND (matches.receivable_id IS NULL OR payments.customer_id <> matches.customer_id)
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    payments.currency,
    payments.amount,
    payments.paid_on
FROM staging.known_payments AS payments
INNER JOIN staging.matches AS matches
    ON
        payments.company_id = matches.company_id
        AND payments.receivable_id = matches.named_receivable_id
        AND payments.currency = matches.currency
WHERE payments.receivable_id IS NOT NULL AND matches.receivable_id IS NULL
