-- How far off plain forecasts of past weeks were, relative to what they said.
-- Grain: company, currency, week_number (1 … 13). mean_square: of actual over forecast less 1.
-- Materialized: view
SELECT
    company_id,
    currency,
    week_number,
    count(*) AS past_count,
    avg((actual_amount / forecast_amount - 1) ** 2) AS mean_square
FROM forecast.past_weeks
WHERE forecast_amount > 0
GROUP BY company_id, currency, week_number
