-- How collection goes, month by month, for each kind of customer: the metrics of mart.kpis by more dimensions.
-- Grain: one row per company, month, dimension, dimension_value, currency and metric; a metric that is not defined has
-- no row. Amounts and counts of one dimension's values add up to those of segment '*' in mart.kpis.
-- Formulas and units: report.metrics.
-- Materialized: view
SELECT
    company_id,
    month,
    period_end,
    is_complete,
    dimension,
    dimension_value,
    currency,
    metric,
    value,
    unit
FROM report.metrics
WHERE dimension <> 'all'
