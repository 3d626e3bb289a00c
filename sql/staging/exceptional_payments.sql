-- The payments that name one of staging.exceptional_matches, or parts of them, one by one.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- is_aimed: whether the receivable is known and the payment may pay it. A payment that says who paid never pays another
-- customer's document; one that names the receivable may. Aimed is not yet applied: the receivable may be full.
-- Refunds and fees of the bank never re-open a debt; a refund may close a credit note.
-- name_given: what it names. rule: as in staging.allocations. debtor_id to is_contested: of the receivable.
-- Materialized: table
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    matches.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    payments.kind,
    coalesce(payments.found_by, 'receivable') AS rule,
    payments.receivable_id AS name_given,
    matches.receivable_id IS NOT NULL AND NOT coalesce(payments.kind IN ('fee', 'refund') AND matches.amount > 0, FALSE)
        AS is_aimed,
    matches.customer_id AS debtor_id,
    matches.amount AS receivable_amount,
    matches.stated_open_amount,
    matches.is_contested
FROM staging.known_payments AS payments
INNER JOIN staging.exceptional_matches AS matches
    ON
        payments.company_id = matches.company_id
        AND payments.receivable_id = matches.named_receivable_id
        AND payments.currency = matches.currency
UNION ALL
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    matches.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    payments.kind,
    coalesce(payments.found_by, 'document') AS rule,
    payments.document_number AS name_given,
    matches.receivable_id IS NOT NULL
    AND coalesce(payments.customer_id = matches.customer_id, TRUE)
    AND NOT coalesce(payments.kind IN ('fee', 'refund') AND matches.amount > 0, FALSE) AS is_aimed,
    matches.customer_id AS debtor_id,
    matches.amount AS receivable_amount,
    matches.stated_open_amount,
    matches.is_contested
FROM staging.known_payments AS payments
INNER JOIN staging.exceptional_matches AS matches
    ON
        payments.company_id = matches.company_id
        AND payments.document_number = matches.named_document_number
        AND payments.currency = matches.currency
WHERE payments.receivable_id IS NULL
UNION ALL
SELECT
    parts.company_id,
    parts.payment_id,
    parts.customer_id,
    matches.receivable_id,
    parts.currency,
    parts.amount,
    parts.paid_on,
    parts.kind,
    parts.rule,
    NULL AS name_given,
    TRUE AS is_aimed,
    matches.customer_id AS debtor_id,
    matches.amount AS receivable_amount,
    matches.stated_open_amount,
    matches.is_contested
FROM staging.document_parts AS parts
INNER JOIN staging.exceptional_matches AS matches
    ON
        parts.company_id = matches.company_id
        AND parts.receivable_id = matches.receivable_id
        AND parts.currency = matches.currency
