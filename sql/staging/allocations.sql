-- Money laid on receivables.
-- Grain: company, payment, receivable; one more row per receivable, without payment_id, for what its export cleared.
-- `amount` in `currency`, signed like money: negative takes back what was laid before. Only what the run knows of.
-- rule: 'receivable' (the payment names the instalment), 'document' (it names the document), 'cleared' (the export says
-- the item was cleared, and no payment explains it).
-- Materialized: view
SELECT
    payments.company_id,
    payments.payment_id,
    payments.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    payments.rule
FROM staging.aimed_payments AS payments
INNER JOIN staging.receivable_totals AS totals
    ON
        payments.company_id = totals.company_id
        AND payments.receivable_id = totals.receivable_id
        AND payments.currency = totals.currency
WHERE NOT totals.is_contested
UNION ALL
SELECT
    company_id,
    payment_id,
    receivable_id,
    currency,
    applied_amount AS amount,
    paid_on,
    rule
FROM staging.contested_payments
WHERE applied_amount <> 0
UNION ALL
SELECT
    company_id,
    NULL AS payment_id,
    receivable_id,
    currency,
    cleared_amount AS amount,
    settled_on AS paid_on,
    'cleared' AS rule
FROM staging.settlements
WHERE cleared_amount <> 0
