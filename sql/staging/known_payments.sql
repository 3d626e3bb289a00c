-- The landed payments that count: those a run of as_of knows of.
-- Grain: company, payment (or part of one that the export allocates). `amount` in `currency`, signed like money:
-- negative is money returned. bank_reference, payer_name and payer_account name people and stay in landing.
-- kind: what the export says; money received without a word is a payment, money returned without one stays unnamed.
-- A live run (the exports describe as_of) counts every landed payment, also one booked for a later day: chasing
-- somebody who has paid is the worst mistake. A replay (the exports describe a later day, known_on) forgets what was
-- booked after as_of: it was not known then.
-- receivable_id, document_number: what the export names, else what staging.found_payments found: found_by says by which
-- rule, and is NULL where the export names something, or nothing was found. payer_known_by: how it is known who paid.
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
    coalesce(payments.kind, CASE WHEN payments.amount > 0 THEN 'payment' END) AS kind,
    payments.payment_method,
    payments.source,
    payments.file,
    payments.file_row,
    NULL::VARCHAR AS found_by,
    if(payments.customer_id IS NULL, NULL, 'export') AS payer_known_by
FROM landing.payments AS payments
INNER JOIN run.parameters AS run ON payments.paid_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
WHERE payments.receivable_id IS NOT NULL OR payments.document_number IS NOT NULL
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    document_number,
    paid_on,
    currency,
    amount,
    kind,
    payment_method,
    source,
    file,
    file_row,
    found_by,
    payer_known_by
FROM staging.found_payments
