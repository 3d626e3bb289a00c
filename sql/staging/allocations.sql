-- Money laid on receivables.
-- Grain: company, payment, receivable; one more row per receivable, without payment_id, for what its export cleared.
-- `amount` in `currency`, signed like money: negative takes back what was laid before. Only what the run knows of.
-- rule: 'receivable' (the payment names the instalment), 'document' (it names the document), 'cleared' (the export says
-- the item was cleared, and no payment explains it).
-- Materialized: view
SELECT
    company_id,
    payment_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    rule
FROM staging.aimed_payments
WHERE NOT is_contested
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
