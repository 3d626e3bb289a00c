-- The sums that the findings are parts of.
-- Grain: company, currency, finding. Amounts in `currency`, as in diagnosis.items; shares 0-1 of what is open.
-- finding: 'open' (everything), 'due_soon' (diagnosis.due_soon, also what is not listed), and each finding of
-- diagnosis.changes (all such customers).
-- Materialized: table
WITH parts AS (
    SELECT
        company_id,
        currency,
        'open' AS finding,
        customers,
        receivables,
        open_amount,
        overdue_amount,
        at_risk_amount,
        expected_loss
    FROM diagnosis.portfolio
    UNION ALL
    SELECT
        company_id,
        currency,
        'due_soon' AS finding,
        count(DISTINCT customer_id) AS customers,
        count(*) AS receivables,
        sum(open_amount) AS open_amount,
        0 AS overdue_amount,
        sum(at_risk_amount) AS at_risk_amount,
        sum(expected_loss) AS expected_loss
    FROM diagnosis.due_soon
    GROUP BY company_id, currency
    UNION ALL
    SELECT
        company_id,
        currency,
        finding,
        count(*) AS customers,
        sum(receivables) AS receivables,
        sum(open_amount) AS open_amount,
        sum(overdue_amount) AS overdue_amount,
        sum(at_risk_amount) AS at_risk_amount,
        sum(expected_loss) AS expected_loss
    FROM diagnosis.changes
    GROUP BY company_id, currency, finding
)

SELECT
    parts.company_id,
    parts.currency,
    parts.finding,
    parts.customers::BIGINT AS customers,
    parts.receivables::BIGINT AS receivables,
    parts.open_amount::DECIMAL(18, 2) AS open_amount,
    parts.overdue_amount::DECIMAL(18, 2) AS overdue_amount,
    parts.at_risk_amount::DECIMAL(18, 2) AS at_risk_amount,
    parts.expected_loss::DECIMAL(18, 2) AS expected_loss,
    parts.open_amount::DOUBLE / portfolio.open_amount AS open_share,
    (parts.overdue_amount + parts.at_risk_amount)::DOUBLE / nullif(portfolio.late_amount, 0) AS risk_share
FROM parts
INNER JOIN diagnosis.portfolio AS portfolio
    ON parts.company_id = portfolio.company_id AND parts.currency = portfolio.currency
