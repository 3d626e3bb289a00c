-- What the open receivables together bring in each week, and how uncertain that is if they are judged one by one.
-- Grain: company, currency, week_number of forecast.weeks. Money in `currency`, positive.
-- expected_until, overdue_until: expected up to the end of the week, of all and of what is overdue today. lost_after,
-- overdue_lost_after: expected loss in what is still open then. mean_amount: expected in the week.
-- variance (money squared): receivables of one customer move together to the degree payer_correlation, all customers
-- together by the share drift. receivable_count: those whose median day is in the week.
-- Materialized: table
WITH customers AS (
    SELECT
        company_id,
        currency,
        customer_id,
        week_number,
        week_starts_on,
        sum(expected_until) AS expected_until,
        sum(if(is_overdue, expected_until, 0)) AS overdue_until,
        sum(least(expected_loss, open_amount - expected_until)) AS lost_after,
        sum(if(is_overdue, least(expected_loss, open_amount - expected_until), 0)) AS overdue_lost_after,
        sum(open_amount::DOUBLE * probability) AS mean_amount,
        sum(open_amount::DOUBLE ** 2 * probability * (1 - probability)) AS variance_apart,
        sum(open_amount::DOUBLE * sqrt(probability * (1 - probability))) ** 2 AS variance_together,
        count(*) FILTER (WHERE is_median_week) AS receivable_count
    FROM forecast.receivable_weeks
    GROUP BY company_id, currency, customer_id, week_number, week_starts_on
)

SELECT
    customers.company_id,
    customers.currency,
    customers.week_number,
    customers.week_starts_on,
    sum(customers.expected_until)::DECIMAL(18, 2) AS expected_until,
    sum(customers.overdue_until)::DECIMAL(18, 2) AS overdue_until,
    sum(customers.lost_after)::DECIMAL(18, 2) AS lost_after,
    sum(customers.overdue_lost_after)::DECIMAL(18, 2) AS overdue_lost_after,
    sum(customers.mean_amount) AS mean_amount,
    (1 - any_value(settings.payer_correlation)) * sum(customers.variance_apart)
    + any_value(settings.payer_correlation) * sum(customers.variance_together)
    + (any_value(settings.drift) * sum(customers.mean_amount)) ** 2 AS variance,
    sum(customers.receivable_count)::BIGINT AS receivable_count
FROM customers
CROSS JOIN forecast.parameters AS settings
GROUP BY customers.company_id, customers.currency, customers.week_number, customers.week_starts_on
