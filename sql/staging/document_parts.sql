-- Payments that name a shared document and no instalment, as parts aimed at its instalments.
-- Grain: company, payment, receivable. `amount` in `currency`, signed like money: negative is money returned.
-- A payment that says who paid is never aimed at another customer's document; one that names the instalment may be.
-- The part of an instalment is where the payment's step, from the level before it to the level after it, overlaps the
-- instalment's interval of the pile. A returned payment steps back down, so it re-opens what was filled last. What
-- overlaps nothing stays unapplied.
-- Materialized: table
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
    levels.paid_on,
    levels.kind,
    levels.rule
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
