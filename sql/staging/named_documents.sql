-- What the known payments bring to the documents that they name without naming an instalment, added up.
-- Grain: company, document number, currency; not the shared documents, whose payments staging.document_parts splits.
-- amount in `currency`, signed like money; was_returned, was_received: whether some of it is negative, or positive.
-- payer_id: who paid; NULL when no payment says so, or has_several_payers.
-- A payment in another currency than the receivable's names no document: money is never converted.
-- Materialized: view
SELECT
    payments.company_id,
    payments.document_number,
    payments.currency,
    sum(payments.amount)::DECIMAL(18, 2) AS amount,
    min(payments.amount) < 0 AS was_returned,
    max(payments.amount) > 0 AS was_received,
    max(payments.paid_on) AS last_on,
    if(min(payments.customer_id) = max(payments.customer_id), min(payments.customer_id), NULL) AS payer_id,
    coalesce(min(payments.customer_id) < max(payments.customer_id), FALSE) AS has_several_payers
FROM staging.known_payments AS payments
ANTI JOIN staging.shared_documents AS shared
    ON
        payments.company_id = shared.company_id
        AND payments.document_number = shared.document_number
        AND payments.currency = shared.currency
WHERE payments.receivable_id IS NULL AND payments.document_number IS NOT NULL
GROUP BY payments.company_id, payments.document_number, payments.currency
