-- What a customer must pay so that his orders go out again.
-- Grain: one row per customer and currency that something holds and money releases (company_id, customer_id, currency).
-- release_amount in release_currency: all arrears where they hold, or what is above limit and tolerance where that is
-- more. Where only a limit of another currency holds, the amount is in that currency. release_receivables: how many
-- receivables of the row's currency that amount pays, arrears first, then by due date; the rest are orders.
-- Where that amount is all arrears, as nearly always, these are the receivables in arrears, and none has to be sorted.
-- Materialized: table
WITH asked AS (
    SELECT
        company_id,
        customer_id,
        currency,
        overdue_amount,
        overdue_receivables,
        CASE
            WHEN is_in_arrears OR coalesce(suspension = 'suspended', FALSE)
                THEN greatest(overdue_amount, if(limit_currency = currency, over_amount, 0))
            ELSE over_amount
        END::DECIMAL(18, 2) AS release_amount,
        CASE
            WHEN is_in_arrears OR coalesce(suspension = 'suspended', FALSE) THEN currency
            ELSE limit_currency
        END AS release_currency
    FROM credit.evidence
    WHERE is_in_arrears OR over_amount > 0 OR coalesce(suspension = 'suspended', FALSE)
),

owed AS (
    SELECT
        a.company_id,
        a.customer_id,
        a.currency,
        a.release_amount,
        sum(i.open_amount) OVER (
            PARTITION BY i.company_id, i.customer_id, i.currency
            ORDER BY i.is_arrears DESC, i.due_date ASC, i.receivable_id ASC
            ROWS UNBOUNDED PRECEDING
        ) - i.open_amount AS paid_before
    FROM asked AS a
    INNER JOIN credit.items AS i
        ON a.company_id = i.company_id AND a.customer_id = i.customer_id AND a.currency = i.currency
    WHERE a.release_currency = a.currency AND a.release_amount <> a.overdue_amount
),

counted AS (
    SELECT
        company_id,
        customer_id,
        currency,
        count(*) FILTER (WHERE paid_before < release_amount) AS release_receivables
    FROM owed
    GROUP BY company_id, customer_id, currency
)

SELECT
    a.company_id,
    a.customer_id,
    a.currency,
    a.release_amount,
    a.release_currency,
    CASE
        WHEN a.release_currency = a.currency AND a.release_amount = a.overdue_amount THEN a.overdue_receivables
        ELSE coalesce(c.release_receivables, 0)
    END AS release_receivables
FROM asked AS a
LEFT JOIN counted AS c
    ON a.company_id = c.company_id AND a.customer_id = c.customer_id AND a.currency = c.currency
