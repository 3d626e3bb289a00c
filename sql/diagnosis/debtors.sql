-- What each customer owes in each currency, with its risk in money.
-- Grain: company, customer, currency; only with something open. Amounts in `currency`, as in diagnosis.items.
-- place: 1 is the largest open amount of the currency.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    currency,
    count(*) AS receivables,
    sum(open_amount)::DECIMAL(18, 2) AS open_amount,
    sum(overdue_amount)::DECIMAL(18, 2) AS overdue_amount,
    sum(at_risk_amount)::DECIMAL(18, 2) AS at_risk_amount,
    sum(late_amount)::DECIMAL(18, 2) AS late_amount,
    sum(expected_loss)::DECIMAL(18, 2) AS expected_loss,
    row_number() OVER (PARTITION BY company_id, currency ORDER BY sum(open_amount) DESC, customer_id ASC) AS place
FROM diagnosis.items
GROUP BY company_id, customer_id, currency
