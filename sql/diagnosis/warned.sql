-- Customers with an early warning, one row each: the strongest one with its facts, and all of them.
-- Grain: company, customer. severity: 1 is the strongest kind (tasks/score/early_warnings.yaml). value_before,
-- value_after: in the unit of the strongest warning, as in mart.early_warnings. early_warnings: strongest first.
-- Materialized: view
SELECT
    warnings.company_id,
    warnings.customer_id,
    min_by(warnings.warning, warnings.place) AS strongest,
    min(kinds.severity) AS severity,
    min_by(warnings.value_before, warnings.place) AS value_before,
    min_by(warnings.value_after, warnings.place) AS value_after,
    list(warnings.warning ORDER BY warnings.place) AS early_warnings
FROM mart.early_warnings AS warnings
INNER JOIN policy.early_warnings AS kinds ON warnings.warning = kinds.warning
GROUP BY warnings.company_id, warnings.customer_id
