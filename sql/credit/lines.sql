-- What each customer's exposure is made of, per currency; never netted across currencies.
-- Grain: one row per customer and currency in which he owes, ordered, is owed, has a limit of his own, or was on hold
-- at the previous run; insolvent customers have at least one (company_id, customer_id, currency).
-- Amounts in `currency`, positive. base_amount is what stands without the orders that can still wait, below 0 where
-- credits and securities are larger; exposure_amount has those too, and is never below 0.
-- limit_currency: whose limit the exposure counts against: that of the currency itself, else the one in the
-- customer's own currency (of the master, else the company's) where the policy gives a rate that is not too old;
-- NULL: none. rate: units of limit_currency per unit of `currency`.
-- Materialized: table
WITH ordered AS (
    SELECT
        company_id,
        customer_id,
        currency,
        coalesce(sum(amount) FILTER (WHERE state = 'open'), 0)::DECIMAL(18, 2) AS orders_amount,
        coalesce(sum(amount) FILTER (WHERE state = 'delivered'), 0)::DECIMAL(18, 2) AS delivered_amount
    FROM credit.orders
    GROUP BY company_id, customer_id, currency
),

keys AS (
    SELECT
        company_id,
        customer_id,
        currency
    FROM credit.balances
    UNION
    SELECT
        company_id,
        customer_id,
        currency
    FROM ordered
    UNION
    SELECT
        company_id,
        customer_id,
        currency
    FROM staging.credits
    UNION
    SELECT
        company_id,
        customer_id,
        currency
    FROM credit.limits
    WHERE limit_source <> 'initial'
    UNION
    SELECT
        company_id,
        customer_id,
        currency
    FROM previous.order_holds
    WHERE decision = 'hold' AND order_id = ''
    UNION
    SELECT
        c.company_id,
        c.customer_id,
        coalesce(c.credit_currency, run.company_currency) AS currency
    FROM credit.customers AS c
    CROSS JOIN run.parameters AS run
    WHERE c.is_insolvent
),

-- The newest rate of each pair, if it is not too old.
rates AS (
    SELECT
        r.currency,
        r.into_currency,
        arg_max(r.rate, r.stated_on) AS rate
    FROM policy.credit_rates AS r
    CROSS JOIN policy.credit_parameters AS p
    INNER JOIN run.parameters AS run
        ON r.stated_on <= run.as_of AND r.stated_on >= run.as_of - p.rates_valid_days
    GROUP BY r.currency, r.into_currency
),

summed AS (
    SELECT
        k.company_id,
        k.customer_id,
        k.currency,
        coalesce(c.credit_currency, run.company_currency) AS home_currency,
        coalesce(b.open_amount, 0) AS open_amount,
        coalesce(b.overdue_amount, 0) AS overdue_amount,
        coalesce(b.overdue_receivables, 0) AS overdue_receivables,
        coalesce(b.money_days, 0) AS money_days,
        coalesce(b.max_days_overdue, 0) AS max_days_overdue,
        coalesce(t.credit_amount, 0) AS credit_amount,
        coalesce(o.orders_amount, 0) AS orders_amount,
        coalesce(o.delivered_amount, 0) AS delivered_amount,
        coalesce(l.cover_amount, 0) AS cover_amount,
        if(l.limit_source IS NULL, NULL, l.limit_amount) AS limit_amount,
        l.limit_source
    FROM keys AS k
    CROSS JOIN run.parameters AS run
    INNER JOIN credit.customers AS c ON k.company_id = c.company_id AND k.customer_id = c.customer_id
    LEFT JOIN credit.balances AS b
        ON k.company_id = b.company_id AND k.customer_id = b.customer_id AND k.currency = b.currency
    LEFT JOIN staging.credits AS t
        ON k.company_id = t.company_id AND k.customer_id = t.customer_id AND k.currency = t.currency
    LEFT JOIN ordered AS o
        ON k.company_id = o.company_id AND k.customer_id = o.customer_id AND k.currency = o.currency
    LEFT JOIN credit.limits AS l
        ON k.company_id = l.company_id AND k.customer_id = l.customer_id AND k.currency = l.currency
)

SELECT
    s.company_id,
    s.customer_id,
    s.currency,
    s.open_amount,
    s.overdue_amount,
    s.overdue_receivables,
    s.money_days,
    s.max_days_overdue,
    s.credit_amount,
    s.orders_amount,
    s.delivered_amount,
    s.cover_amount,
    (s.open_amount + s.delivered_amount - s.credit_amount - s.cover_amount)::DECIMAL(18, 2) AS base_amount,
    greatest(
        s.open_amount + s.delivered_amount + s.orders_amount - s.credit_amount - s.cover_amount, 0
    )::DECIMAL(18, 2) AS exposure_amount,
    s.limit_amount,
    s.limit_source,
    CASE
        WHEN s.limit_amount IS NOT NULL THEN s.currency
        WHEN h.limit_amount IS NOT NULL AND r.rate IS NOT NULL THEN s.home_currency
    END AS limit_currency,
    CASE
        WHEN s.limit_amount IS NOT NULL THEN 1
        WHEN h.limit_amount IS NOT NULL THEN r.rate
    END::DECIMAL(18, 8) AS rate
FROM summed AS s
LEFT JOIN credit.limits AS h
    ON
        s.company_id = h.company_id
        AND s.customer_id = h.customer_id
        AND s.home_currency = h.currency
        AND h.limit_source IS NOT NULL
LEFT JOIN rates AS r ON s.currency = r.currency AND s.home_currency = r.into_currency
