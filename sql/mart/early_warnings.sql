-- Early warnings: what says of a customer, before ageing shows it, that money will come later than it used to.
-- Grain: one row per customer and warning (company_id, customer_id, warning).
-- Definitions and units: score.early_warnings, docs/score.md. A table, because mart.customers reads it too.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    warning,
    place,
    since,
    strength,
    unit,
    value_before,
    value_after,
    item_count,
    currency,
    has_overdue
FROM score.early_warnings
