-- Orders that no invoice stands for yet, as known on the run's day.
-- Grain: one row per order (company_id, order_id). amount in `currency`, positive.
-- state: 'prepaid' is no credit; 'delivered' is exposure, and too late to hold; 'open' is exposure and can still wait.
-- A day of delivery later than the run's is a plan. An exempted order is free until exempt_until.
-- Materialized: table
WITH exempted AS (
    SELECT
        e.customer_id,
        e.order_id,
        max(e.until_on) AS exempt_until
    FROM policy.credit_exemptions AS e
    INNER JOIN run.parameters AS run
        ON coalesce(e.from_on, run.as_of) <= run.as_of AND coalesce(e.until_on, run.as_of) >= run.as_of
    WHERE e.order_id IS NOT NULL
    GROUP BY e.customer_id, e.order_id
)

SELECT
    o.company_id,
    o.customer_id,
    o.order_id,
    o.currency,
    o.amount,
    o.ordered_on,
    CASE
        WHEN o.is_prepaid THEN 'prepaid'
        WHEN coalesce(o.delivered_on <= run.as_of, o.status = 'delivered') THEN 'delivered'
        ELSE 'open'
    END AS state,
    e.exempt_until
FROM landing.orders AS o
INNER JOIN run.parameters AS run ON o.ordered_on <= run.as_of
LEFT JOIN exempted AS e ON o.customer_id = e.customer_id AND o.order_id = e.order_id
WHERE o.status IN ('open', 'delivered')
