-- Everything that is open in a currency: what shares are shares of.
-- Grain: company, currency. Amounts in `currency`, as in diagnosis.items.
-- Materialized: view
SELECT
    company_id,
    currency,
    count(*) AS customers,
    sum(receivables)::BIGINT AS receivables,
    sum(open_amount)::DECIMAL(18, 2) AS open_amount,
    sum(overdue_amount)::DECIMAL(18, 2) AS overdue_amount,
    sum(at_risk_amount)::DECIMAL(18, 2) AS at_risk_amount,
    sum(late_amount)::DECIMAL(18, 2) AS late_amount,
    sum(expected_loss)::DECIMAL(18, 2) AS expected_loss
FROM diagnosis.debtors
GROUP BY company_id, currency
