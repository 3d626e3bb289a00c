-- The payments that name nothing (staging.unnamed_payments), with what was found that they are for.
-- Grain: company, payment. `amount` in `currency`, signed like money. From here on a payment whose text names one
-- document, or a return whose original names one, is like a payment that names it; found_by tells them apart:
-- 'reference', 'amount_and_customer' (returns only), NULL where nothing of the kind was found.
-- customer_id: who paid; where the export does not say, whose debt the text names (payer_known_by 'reference').
-- Materialized: table
SELECT
    payments.company_id,
    payments.payment_id,
    if(payments.payer_known_by = 'export', payments.customer_id, coalesce(names.debtor_id, payments.customer_id))
        AS customer_id,
    CASE
        WHEN payments.payer_known_by = 'export' THEN 'export'
        WHEN names.debtor_id <> coalesce(payments.customer_id, '') THEN 'reference'
        ELSE payments.payer_known_by
    END AS payer_known_by,
    payments.name_customer_id,
    coalesce(names.receivable_id, originals.receivable_id) AS receivable_id,
    coalesce(names.document_number, originals.document_number) AS document_number,
    payments.paid_on,
    payments.currency,
    payments.amount,
    payments.kind,
    payments.payment_method,
    payments.source,
    payments.file,
    payments.file_row,
    CASE
        WHEN names.document_number IS NOT NULL THEN 'reference'
        WHEN originals.receivable_id IS NOT NULL OR originals.document_number IS NOT NULL THEN 'amount_and_customer'
    END AS found_by,
    -- Its text names something, be it more than one document or nothing that it can pay.
    names.payment_id IS NOT NULL AS names_something,
    names.debtor_id IS NOT NULL AND names.document_number IS NULL AS is_several
FROM staging.unnamed_payments AS payments
LEFT JOIN staging.text_names AS names
    ON payments.company_id = names.company_id AND payments.payment_id = names.payment_id
LEFT JOIN staging.return_originals AS originals
    ON payments.company_id = originals.company_id AND payments.payment_id = originals.payment_id
