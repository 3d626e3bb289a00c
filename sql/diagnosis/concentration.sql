-- How much hangs on few debtors.
-- Grain: company, currency, finding, rank. Amounts in `currency`, as in diagnosis.items; open_share 0-1 of what is
-- open.
-- finding: 'largest_customer' (the five largest, each), 'top_1', 'top_5', 'top_10', 'top_20' (the largest so many
-- together, where there are more customers than that), 'herfindahl_low', 'herfindahl_moderate', 'herfindahl_high',
-- 'beyond_credit_limit' (open_amount: what goes beyond the limits, less credits; customers: whose).
-- value_after of the Herfindahl index: sum of squared shares, 0-1; its inverse is how many customers of equal size
-- would be as concentrated. Read as the merger guidelines of the US Department of Justice and FTC (2023, guideline 1)
-- read it: above 0.18 high; between 0.10 and 0.18 moderate (their edition of 1982). They are about markets; no limit is
-- set for ledgers, and the reading is a convention.
-- Materialized: table
WITH shares AS (
    SELECT
        debtors.*,
        portfolio.customers AS portfolio_customers,
        portfolio.open_amount AS portfolio_amount
    FROM diagnosis.debtors AS debtors
    INNER JOIN diagnosis.portfolio AS portfolio
        ON debtors.company_id = portfolio.company_id AND debtors.currency = portfolio.currency
),

sizes AS (
    SELECT unnest([1, 5, 10, 20]) AS size
),

tops AS (
    SELECT
        shares.company_id,
        shares.currency,
        sizes.size,
        count(*) AS customers,
        sum(shares.receivables)::BIGINT AS receivables,
        sum(shares.open_amount)::DECIMAL(18, 2) AS open_amount,
        sum(shares.overdue_amount)::DECIMAL(18, 2) AS overdue_amount,
        sum(shares.at_risk_amount)::DECIMAL(18, 2) AS at_risk_amount,
        sum(shares.expected_loss)::DECIMAL(18, 2) AS expected_loss,
        sum(shares.open_amount)::DOUBLE / any_value(shares.portfolio_amount) AS open_share
    FROM shares
    INNER JOIN sizes ON shares.place <= sizes.size AND shares.portfolio_customers > sizes.size
    GROUP BY shares.company_id, shares.currency, sizes.size
),

indices AS (
    SELECT
        company_id,
        currency,
        count(*) AS customers,
        sum((open_amount::DOUBLE / portfolio_amount) ** 2) AS herfindahl
    FROM shares
    GROUP BY company_id, currency
),

beyond AS (
    SELECT
        customers.company_id,
        balances.currency,
        count(*) AS customers,
        sum(balances.net_amount - customers.credit_limit)::DECIMAL(18, 2) AS open_amount
    FROM mart.customer_balances AS balances
    INNER JOIN staging.customers AS customers
        ON
            balances.company_id = customers.company_id
            AND balances.customer_id = customers.customer_id
            AND balances.currency = customers.credit_currency
    WHERE balances.net_amount > customers.credit_limit
    GROUP BY customers.company_id, balances.currency
)

SELECT
    company_id,
    currency,
    size AS position,
    'top_' || size AS finding,
    NULL AS customer_id,
    customers,
    receivables,
    open_amount,
    overdue_amount,
    at_risk_amount,
    expected_loss,
    open_share,
    NULL AS value_after
FROM tops
UNION ALL
SELECT
    company_id,
    currency,
    100 + place AS position,
    'largest_customer' AS finding,
    customer_id,
    1 AS customers,
    receivables,
    open_amount,
    overdue_amount,
    at_risk_amount,
    expected_loss,
    open_amount::DOUBLE / portfolio_amount AS open_share,
    NULL AS value_after
FROM shares
WHERE place <= 5
UNION ALL
SELECT
    company_id,
    currency,
    50 AS position,
    CASE
        WHEN herfindahl > 0.18 THEN 'herfindahl_high'
        WHEN herfindahl >= 0.10 THEN 'herfindahl_moderate'
        ELSE 'herfindahl_low'
    END AS finding,
    NULL AS customer_id,
    customers,
    NULL AS receivables,
    NULL AS open_amount,
    NULL AS overdue_amount,
    NULL AS at_risk_amount,
    NULL AS expected_loss,
    NULL AS open_share,
    herfindahl AS value_after
FROM indices
UNION ALL
SELECT
    beyond.company_id,
    beyond.currency,
    60 AS position,
    'beyond_credit_limit' AS finding,
    NULL AS customer_id,
    beyond.customers,
    NULL AS receivables,
    beyond.open_amount,
    NULL AS overdue_amount,
    NULL AS at_risk_amount,
    NULL AS expected_loss,
    beyond.open_amount::DOUBLE / portfolio.open_amount AS open_share,
    NULL AS value_after
FROM beyond
INNER JOIN diagnosis.portfolio AS portfolio
    ON beyond.company_id = portfolio.company_id AND beyond.currency = portfolio.currency
