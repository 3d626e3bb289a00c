-- Known money received (or returned) that stands against no receivable, and why.
-- Grain: company, payment. unapplied_amount in `currency`, signed like money; never zero.
-- Sources: the payment names nothing, or nothing of its customer known in its currency; or more than what it names
-- could take. Money of one that names no customer belongs to the debtor of what it names, if that is known.
-- Materialized: table
WITH remainders AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount
    FROM staging.unaimed_payments
    UNION ALL
    -- Names a shared document: what its parts leave.
    SELECT
        company_id,
        payment_id,
        coalesce(customer_id, debtor_id) AS customer_id,
        currency,
        amount
    FROM staging.document_levels
    UNION ALL
    SELECT
        parts.company_id,
        parts.payment_id,
        coalesce(parts.customer_id, levels.debtor_id) AS customer_id,
        parts.currency,
        -parts.amount AS amount
    FROM staging.document_parts AS parts
    INNER JOIN staging.document_levels AS levels
        ON parts.company_id = levels.company_id AND parts.payment_id = levels.payment_id
    UNION ALL
    -- Aimed at more than there was to pay, or at what nobody had paid.
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount - applied_amount AS amount
    FROM staging.contested_payments
    UNION ALL
    -- Less what was guessed.
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        -amount AS amount
    FROM staging.guessed_allocations
)

SELECT
    company_id,
    payment_id,
    max(customer_id) AS customer_id,
    currency,
    sum(amount)::DECIMAL(18, 2) AS unapplied_amount
FROM remainders
GROUP BY company_id, payment_id, currency
HAVING sum(amount) <> 0
