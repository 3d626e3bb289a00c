-- The money that no name finds a place for and a rule may guess about: received, unaimed, and not taken back.
-- Grain: company, payment. amount in `currency`, positive.
-- Out: what names a document that this payer or currency cannot pay; what a text says so of; and money that
-- was returned without a name. Of one customer and one amount each such return takes the latest payment before it, as
-- in staging.return_originals; refunds count too, for money that went back pays nothing; fees of the bank do not.
-- names: 'nothing', 'unknown' (a document or receivable that no export holds), 'several' (its text names several).
-- Materialized: table
WITH returned AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount,
        paid_on
    FROM staging.unaimed_payments
    WHERE amount < 0 AND kind IS DISTINCT FROM 'fee'
    UNION ALL
    -- Names something for which nothing was seen arriving.
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount,
        paid_on
    FROM staging.contested_payments
    WHERE amount < 0 AND is_never_seen
),

events AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount AS size,
        paid_on,
        FALSE AS is_return
    FROM staging.unaimed_payments
    WHERE amount > 0
    UNION ALL
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        -amount AS size,
        paid_on,
        TRUE AS is_return
    FROM returned
),

totals AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        size,
        is_return,
        row_number() OVER in_order AS position,
        sum(if(is_return, -1, 1)) OVER in_order AS running_total
    FROM events
    WHERE customer_id IS NOT NULL
    WINDOW in_order AS (PARTITION BY company_id, customer_id, currency, size ORDER BY paid_on, is_return, payment_id)
),

levels AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        size,
        is_return,
        position,
        running_total - least(0, min(running_total) OVER so_far) AS level_after
    FROM totals
    WINDOW so_far AS (PARTITION BY company_id, customer_id, currency, size ORDER BY position)
),

-- A payment stays where the pile never sinks under it again.
taken AS (
    SELECT
        company_id,
        payment_id,
        is_return,
        min(level_after) OVER back_to_here < level_after AS is_taken
    FROM levels
    WINDOW back_to_here AS (PARTITION BY company_id, customer_id, currency, size ORDER BY position DESC)
)

SELECT
    payments.company_id,
    payments.payment_id,
    payments.customer_id,
    payments.name_customer_id,
    payments.currency,
    payments.amount,
    payments.paid_on,
    payments.names,
    payments.name_given
FROM staging.unaimed_payments AS payments
LEFT JOIN taken
    ON
        payments.company_id = taken.company_id
        AND payments.payment_id = taken.payment_id
        AND NOT taken.is_return
WHERE payments.amount > 0 AND payments.names <> 'known' AND NOT coalesce(taken.is_taken, FALSE)
