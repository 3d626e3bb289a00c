-- Money received and how it was laid on receivables. The bank's free text stays out: it names people.
-- Grain: one row per landed payment, or per part that the export allocates (company_id, payment_id).
-- Units: amounts in the row's currency; negative is money returned.
-- Columns and their meaning: data_contracts/mart_payments.odcs.yaml.
-- Materialized: view
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    document_number,
    paid_on,
    currency,
    amount,
    payment_method,
    applied_amount,
    unapplied_amount,
    allocation_rule,
    kind,
    allocation_confidence,
    payer_known_by
FROM staging.payments
