-- How collection goes, month by month, for all customers and for each segment.
-- Grain: one row per company, month, segment ('*': all customers), currency and metric; a metric that is not defined
-- has no row. Formulas and units: report.metrics.
-- Materialized: view
SELECT
    company_id,
    month,
    period_end,
    is_complete,
    dimension_value AS segment,
    currency,
    metric,
    value,
    unit
FROM report.metrics
WHERE dimension IN ('all', 'segment')
