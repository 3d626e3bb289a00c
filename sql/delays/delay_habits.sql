-- Which customers pay alike: the groups whose past delays say when money will come.
-- Grain: company, customer of staging.customers. habit: 0 without settled receivables; else 10 x the band of the median
-- days late (1 long before the due date … 8 weeks after it) + the sixth of the late share (0 seldom … 5 mostly late),
-- as score.customer_features draws both to the company's. The median tells when, the share how surely: on the ledger of
-- docs/cash-forecast.md both together beat either one.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    if(
        has_history,
        10 * (
            1 + (median_days_late > -15)::INTEGER + (median_days_late > -5)::INTEGER + (median_days_late > -1)::INTEGER
            + (median_days_late > 1)::INTEGER + (median_days_late > 4)::INTEGER + (median_days_late > 10)::INTEGER
            + (median_days_late > 20)::INTEGER
        ) + least(floor(late_share * 6), 5)::INTEGER,
        0
    )::INTEGER AS habit
FROM score.customer_features
