-- The known payments (staging.known_payments), and how much of each is laid on receivables.
-- Grain: company, payment (or part of one that the export allocates). Amounts in `currency`, signed like money:
-- amount = applied_amount + unapplied_amount, always, so no money is lost between the bank and the receivables.
-- allocation_rule: 'receivable', 'document', or 'unapplied' when nothing of it is laid anywhere.
-- Materialized: view
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    payments.receivable_id,
    payments.document_number,
    payments.paid_on,
    payments.currency,
    payments.amount,
    payments.kind,
    payments.payment_method,
    payments.source,
    payments.file,
    payments.file_row,
    (payments.amount - coalesce(unapplied.unapplied_amount, 0))::DECIMAL(18, 2) AS applied_amount,
    coalesce(unapplied.unapplied_amount, 0)::DECIMAL(18, 2) AS unapplied_amount,
    CASE
        WHEN payments.amount = unapplied.unapplied_amount THEN 'unapplied'
        WHEN payments.receivable_id IS NOT NULL THEN 'receivable'
        ELSE 'document'
    END AS allocation_rule
FROM staging.known_payments AS payments
LEFT JOIN staging.unapplied_payments AS unapplied
    ON payments.company_id = unapplied.company_id AND payments.payment_id = unapplied.payment_id
