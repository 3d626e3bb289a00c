-- Money laid on receivables.
-- Grain: company, payment, receivable; one more row per receivable, without payment_id, for what its export cleared.
-- `amount` in `currency`, signed like money: negative takes back what was laid before. Only what the run knows of.
-- rule: by what the money was laid there, surest first; what each is worth is in staging.allocation_rules.
-- 'receivable' and 'document': the export names it; 'reference': the text of the payment does; 'exact_amount',
-- 'amount_and_customer', 'oldest_first': guessed (staging.guessed_allocations), returned debits by amount and customer
-- too; 'cleared': the export says the item was cleared, and no payment explains it.
-- What simply adds up is laid as a whole, where staging.matches aimed it; what does not, as staging.contested_payments
-- says.
-- Materialized: view
SELECT
    payments.company_id,
    payments.payment_id,
    totals.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    coalesce(payments.found_by, 'receivable') AS rule
FROM staging.known_payments AS payments
INNER JOIN staging.receivable_totals AS totals
    ON
        payments.company_id = totals.company_id
        AND payments.receivable_id = totals.receivable_id
        AND payments.currency = totals.currency
WHERE payments.receivable_id IS NOT NULL AND NOT totals.is_contested
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    totals.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    coalesce(payments.found_by, 'document') AS rule
FROM staging.known_payments AS payments
INNER JOIN staging.receivable_totals AS totals
    ON
        payments.company_id = totals.company_id
        AND payments.document_number = totals.named_document_number
        AND payments.currency = totals.currency
WHERE payments.receivable_id IS NULL AND NOT totals.is_contested
UNION ALL
SELECT
    parts.company_id,
    parts.payment_id,
    totals.receivable_id,
    parts.currency,
    parts.amount,
    parts.paid_on,
    parts.rule
FROM staging.document_parts AS parts
INNER JOIN staging.receivable_totals AS totals
    ON
        parts.company_id = totals.company_id
        AND parts.receivable_id = totals.receivable_id
        AND parts.currency = totals.currency
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
    payment_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    rule
FROM staging.guessed_allocations
UNION ALL
SELECT
    company_id,
    NULL AS payment_id,
    receivable_id,
    currency,
    cleared_amount AS amount,
    settled_on AS paid_on,
    'cleared' AS rule
FROM staging.aimed_settlements
WHERE cleared_amount <> 0
