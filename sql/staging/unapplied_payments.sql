-- Known money received (or returned) that stands against no receivable, and why.
-- Grain: company, payment. unapplied_amount in `currency`, signed like money; never zero.
-- Sources: the payment names nothing, or nothing of its customer known in its currency; or more than what it names
-- could take. Money of one that names no customer belongs to the debtor of what it names, if that is known.
-- Materialized: table
WITH remainders AS (
    -- Names no instalment, and no known document either, or one of one instalment that is another customer's.
    -- Not an anti join: with the condition on customers DuckDB would compare every payment with every document.
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount
    FROM staging.known_payments AS payments
    LEFT JOIN staging.document_targets AS targets
        ON
            payments.company_id = targets.company_id
            AND payments.document_number = targets.document_number
            AND payments.currency = targets.currency
    WHERE
        payments.receivable_id IS NULL
        AND (targets.company_id IS NULL OR payments.customer_id <> targets.customer_id)
    UNION ALL
    -- Names an instalment that is not known, or not in this currency.
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount
    FROM staging.known_payments AS payments
    ANTI JOIN staging.receivable_totals AS totals
        ON
            payments.company_id = totals.company_id
            AND payments.receivable_id = totals.receivable_id
            AND payments.currency = totals.currency
    WHERE payments.receivable_id IS NOT NULL
    UNION ALL
    -- Names a document of several instalments: what its parts leave.
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
