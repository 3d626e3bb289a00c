-- Payments that name a document and no instalment, as parts aimed at its instalments.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- A payment that says who paid is never aimed at another customer's document; one that names the instalment may be.
-- One instalment: all of the payment is aimed at it. Several: the part of an instalment is where the payment's step,
-- from the level before it to the level after it, overlaps the instalment's interval of the pile. A returned payment
-- steps back down, so it re-opens what was filled last. What overlaps nothing stays unapplied.
-- Materialized: table
SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    targets.receivable_id,
    payments.currency,
    payments.amount,
    payments.paid_on
FROM staging.known_payments AS payments
INNER JOIN staging.document_targets AS targets
    ON
        payments.company_id = targets.company_id
        AND payments.document_number = targets.document_number
        AND payments.currency = targets.currency
        AND coalesce(payments.customer_id = targets.customer_id, TRUE)
WHERE payments.receivable_id IS NULL AND targets.instalments = 1
UNION ALL
SELECT
    levels.company_id,
    levels.payment_id,
    levels.customer_id,
    instalments.receivable_id,
    levels.currency,
    levels.direction * (
        least(greatest(levels.level_after, instalments.lower_end), instalments.upper_end)
        - least(greatest(levels.level_before, instalments.lower_end), instalments.upper_end)
    ) AS amount,
    levels.paid_on
FROM staging.document_levels AS levels
INNER JOIN staging.document_instalments AS instalments
    ON
        levels.company_id = instalments.company_id
        AND levels.document_number = instalments.document_number
        AND levels.currency = instalments.currency
        AND levels.debtor_id = instalments.customer_id
WHERE
    least(greatest(levels.level_after, instalments.lower_end), instalments.upper_end)
    <> least(greatest(levels.level_before, instalments.lower_end), instalments.upper_end)
