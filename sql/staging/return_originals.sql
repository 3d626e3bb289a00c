-- What the returned direct debits and chargebacks that name nothing had paid: the latest payment of the same customer
-- and the same amount that no other return has taken back.
-- Grain: company, payment (the return). receivable_id and document_number: what that payment names; both NULL where it
-- names nothing either: then the two cancel each other out (staging.guessable_payments).
-- Payments of one amount are a pile: each return takes the top one. The level that it leaves is the level under the
-- payment that it takes. What was returned by name is not on the pile. Same day: money received before money returned,
-- then by payment_id, so that the order of the rows does not matter.
-- Refunds and fees of the bank re-open nothing.
-- Materialized: table
WITH unnamed AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        names.receivable_id,
        names.document_number,
        payments.kind IN ('returned_debit', 'chargeback') AND names.payment_id IS NULL AS is_return
    FROM staging.unnamed_payments AS payments
    LEFT JOIN staging.text_names AS names
        ON payments.company_id = names.company_id AND payments.payment_id = names.payment_id
    WHERE payments.customer_id IS NOT NULL
),

piles AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        currency,
        -amount AS size
    FROM unnamed
    WHERE is_return
),

named AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        payments.receivable_id,
        payments.document_number
    FROM landing.payments AS payments
    INNER JOIN run.parameters AS run ON payments.paid_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
    SEMI JOIN piles
        ON
            payments.company_id = piles.company_id
            AND payments.customer_id = piles.customer_id
            AND payments.currency = piles.currency
            AND abs(payments.amount) = piles.size
    WHERE payments.receivable_id IS NOT NULL OR payments.document_number IS NOT NULL
    UNION ALL
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount,
        paid_on,
        receivable_id,
        document_number
    FROM unnamed
    WHERE receivable_id IS NOT NULL OR document_number IS NOT NULL
),

events AS (
    SELECT
        named.company_id,
        named.payment_id,
        named.customer_id,
        named.currency,
        named.amount,
        named.paid_on,
        named.receivable_id,
        named.document_number,
        FALSE AS is_return
    FROM named
    ANTI JOIN named AS returned
        ON
            named.company_id = returned.company_id
            AND named.amount = -returned.amount
            AND named.currency = returned.currency
            AND coalesce(named.receivable_id, named.document_number)
            = coalesce(returned.receivable_id, returned.document_number)
    WHERE named.amount > 0
    UNION ALL
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        amount,
        paid_on,
        NULL AS receivable_id,
        NULL AS document_number,
        is_return
    FROM unnamed
    WHERE is_return OR (amount > 0 AND receivable_id IS NULL AND document_number IS NULL)
),

totals AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        abs(amount) AS size,
        receivable_id,
        document_number,
        is_return,
        row_number() OVER in_order AS position,
        sum(if(is_return, -1, 1)) OVER in_order AS running_total
    FROM events
    WINDOW in_order AS (
        PARTITION BY company_id, customer_id, currency, abs(amount)
        ORDER BY paid_on, is_return, payment_id
    )
),

levels AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        size,
        receivable_id,
        document_number,
        is_return,
        position,
        running_total - least(0, min(running_total) OVER so_far) AS level_after
    FROM totals
    WINDOW so_far AS (PARTITION BY company_id, customer_id, currency, size ORDER BY position)
),

taken AS (
    SELECT
        *,
        lag(level_after, 1, 0) OVER so_far > 0 AS finds_something
    FROM levels
    WINDOW so_far AS (PARTITION BY company_id, customer_id, currency, size ORDER BY position)
)

SELECT
    taken.company_id,
    taken.payment_id,
    arg_max_null(originals.receivable_id, originals.position) AS receivable_id,
    arg_max_null(originals.document_number, originals.position) AS document_number
FROM taken
INNER JOIN levels AS originals
    ON
        taken.company_id = originals.company_id
        AND taken.customer_id = originals.customer_id
        AND taken.currency = originals.currency
        AND taken.size = originals.size
        AND taken.level_after = originals.level_after - 1
        AND taken.position > originals.position
WHERE taken.is_return AND taken.finds_something AND NOT originals.is_return
GROUP BY taken.company_id, taken.payment_id
