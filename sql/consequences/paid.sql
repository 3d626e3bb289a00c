-- The payments that paid the claims on receivables: those that name a settled receivable, or its document, and leave
-- over, to the cent, all that is claimed for what they name. Anything else may be an advance or a mistake: nothing is
-- guessed.
-- Grain: one row per receivable (item_number), with the first such payment.
-- Materialized: table
WITH sums AS (
    SELECT
        item_number,
        sum(amount) AS amount
    FROM consequences.figures
    WHERE NOT is_let_off
    GROUP BY item_number
),

claimed AS (
    SELECT
        i.item_number,
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.document_number,
        i.currency,
        i.settled_on,
        s.amount
    FROM sums AS s
    INNER JOIN consequences.items AS i ON s.item_number = i.item_number
),

named AS (
    SELECT
        p.company_id,
        p.payment_id,
        p.paid_on,
        p.unapplied_amount,
        c.item_number,
        c.settled_on,
        c.amount
    FROM staging.payments AS p
    INNER JOIN claimed AS c
        ON
            p.company_id = c.company_id
            AND p.currency = c.currency
            AND p.receivable_id = c.receivable_id
            AND coalesce(p.customer_id = c.customer_id, TRUE)
    WHERE p.unapplied_amount > 0
    UNION ALL
    SELECT
        p.company_id,
        p.payment_id,
        p.paid_on,
        p.unapplied_amount,
        c.item_number,
        c.settled_on,
        c.amount
    FROM staging.payments AS p
    INNER JOIN claimed AS c
        ON
            p.company_id = c.company_id
            AND p.currency = c.currency
            AND p.document_number = c.document_number
            AND p.customer_id = c.customer_id
    WHERE p.unapplied_amount > 0 AND p.receivable_id IS NULL
),

matching AS (
    SELECT
        company_id,
        payment_id
    FROM named
    GROUP BY company_id, payment_id
    HAVING sum(amount) = any_value(unapplied_amount) AND bool_and(settled_on IS NOT NULL)
)

SELECT
    n.item_number,
    min_by(n.payment_id, (n.paid_on, n.payment_id)) AS payment_id,
    min(n.paid_on) AS paid_on
FROM named AS n
INNER JOIN matching AS m ON n.company_id = m.company_id AND n.payment_id = m.payment_id
GROUP BY n.item_number
