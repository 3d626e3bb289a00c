-- Money laid on the receivables of staging.unsettled: what staging.allocations has of them. Who asks for payments of
-- open receivables only reads it here, because laying ten million payments again takes longer than the question itself.
-- Grain: company, payment, receivable. Columns and units as in staging.allocations.
-- The receivables are few: open, and something was paid on them. Each payment is looked up in them.
-- Materialized: table
WITH partly_paid AS (
    SELECT
        company_id,
        receivable_id,
        named_document_number,
        currency
    FROM staging.unsettled
    WHERE last_paid_on IS NOT NULL AND NOT is_contested
)

SELECT
    payments.company_id,
    payments.payment_id,
    partly_paid.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    coalesce(payments.found_by, 'receivable') AS rule
FROM staging.known_payments AS payments
INNER JOIN partly_paid
    ON
        payments.company_id = partly_paid.company_id
        AND payments.receivable_id = partly_paid.receivable_id
        AND payments.currency = partly_paid.currency
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    partly_paid.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    coalesce(payments.found_by, 'document') AS rule
FROM staging.known_payments AS payments
INNER JOIN partly_paid
    ON
        payments.company_id = partly_paid.company_id
        AND payments.document_number = partly_paid.named_document_number
        AND payments.currency = partly_paid.currency
WHERE payments.receivable_id IS NULL
UNION ALL
SELECT
    parts.company_id,
    parts.payment_id,
    partly_paid.receivable_id,
    parts.currency,
    parts.amount,
    parts.paid_on,
    parts.rule
FROM staging.document_parts AS parts
INNER JOIN partly_paid
    ON
        parts.company_id = partly_paid.company_id
        AND parts.receivable_id = partly_paid.receivable_id
        AND parts.currency = partly_paid.currency
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    payments.receivable_id,
    payments.currency,
    payments.applied_amount AS amount,
    payments.paid_on,
    payments.rule
FROM staging.contested_payments AS payments
SEMI JOIN staging.unsettled AS unsettled
    ON payments.company_id = unsettled.company_id AND payments.receivable_id = unsettled.receivable_id
WHERE payments.applied_amount <> 0
UNION ALL
SELECT
    company_id,
    payment_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    rule
FROM staging.guessed_allocations
