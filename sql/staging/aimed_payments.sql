-- What each known payment is aimed at: the instalment it names, the only receivable of the document it names, or its
-- parts of a shared document. The rules stand in their order; what none of them takes is staging.unaimed_payments.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- Aimed is not yet applied: the receivable may be full (is_contested: see staging.contested_payments).
-- A payment that names an instalment is aimed at nothing else, also when that instalment never landed. One that says
-- who paid is never aimed at another customer's document; one that names the instalment may be.
-- debtor_id to is_contested: of the receivable, so that readers who want few of them need not join all again.
-- Materialized: view
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    totals.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    'receivable' AS rule,
    totals.customer_id AS debtor_id,
    totals.amount AS receivable_amount,
    totals.stated_open_amount,
    totals.last_aimed_on,
    totals.is_contested
FROM staging.known_payments AS payments
INNER JOIN staging.receivable_totals AS totals
    ON
        payments.company_id = totals.company_id
        AND payments.receivable_id = totals.receivable_id
        AND payments.currency = totals.currency
WHERE payments.receivable_id IS NOT NULL
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    totals.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    'document' AS rule,
    totals.customer_id AS debtor_id,
    totals.amount AS receivable_amount,
    totals.stated_open_amount,
    totals.last_aimed_on,
    totals.is_contested
FROM staging.known_payments AS payments
INNER JOIN staging.receivable_totals AS totals
    ON
        payments.company_id = totals.company_id
        AND payments.document_number = totals.named_document_number
        AND payments.currency = totals.currency
WHERE payments.receivable_id IS NULL AND coalesce(payments.customer_id = totals.customer_id, TRUE)
UNION ALL
SELECT
    parts.company_id,
    parts.payment_id,
    parts.customer_id,
    totals.receivable_id,
    parts.currency,
    parts.amount,
    parts.paid_on,
    'document' AS rule,
    totals.customer_id AS debtor_id,
    totals.amount AS receivable_amount,
    totals.stated_open_amount,
    totals.last_aimed_on,
    totals.is_contested
FROM staging.document_parts AS parts
INNER JOIN staging.receivable_totals AS totals
    ON
        parts.company_id = totals.company_id
        AND parts.receivable_id = totals.receivable_id
        AND parts.currency = totals.currency
