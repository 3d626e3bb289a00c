-- What the credit policy finds about each order: which ones still fit under the limit, the oldest first, so that an
-- order that fits goes out although a later one does not.
-- Grain: one row per order of credit.orders (company_id, order_id).
-- checked_amount: the exposure with this order and all open ones before it, in limit_currency; orders in other
-- currencies that count against the same limit are all in it. is_over_limit: it is more than limit and tolerance.
-- Materialized: table
WITH walked AS (
    SELECT
        company_id,
        order_id,
        sum(amount) OVER (
            PARTITION BY company_id, customer_id, currency
            ORDER BY ordered_on, order_id
            ROWS UNBOUNDED PRECEDING
        ) AS ordered_amount
    FROM credit.orders
    WHERE state = 'open'
)

SELECT
    o.company_id,
    o.customer_id,
    o.order_id,
    o.currency,
    o.amount,
    o.ordered_on,
    o.state,
    o.exempt_until,
    CASE
        WHEN o.state = 'open' AND e.limit_currency IS NOT NULL
            THEN round(greatest(e.base_amount + w.ordered_amount, 0)::DECIMAL(38, 2) * e.rate, 2) + e.others_amount
    END::DECIMAL(18, 2) AS checked_amount,
    coalesce(
        round(greatest(e.base_amount + w.ordered_amount, 0)::DECIMAL(38, 2) * e.rate, 2) + e.others_amount
        > e.limit_amount + e.tolerance_amount,
        FALSE
    ) AS is_over_limit
FROM credit.orders AS o
INNER JOIN credit.evidence AS e
    ON o.company_id = e.company_id AND o.customer_id = e.customer_id AND o.currency = e.currency
LEFT JOIN walked AS w ON o.company_id = w.company_id AND o.order_id = w.order_id
