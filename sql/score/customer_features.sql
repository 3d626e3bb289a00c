-- What the scorecard looks at in a customer, known on the evening before as_of: score.dated_features of as_of.
-- Grain: company, customer of staging.customers. Columns: see score.dated_features.
-- Materialized: view
SELECT
    features.company_id,
    features.customer_id,
    features.has_history,
    features.settled_count,
    features.observed_late_share,
    features.observed_median_days_late,
    features.late_share,
    features.peer_late_share,
    features.last_late_share,
    features.median_days_late,
    features.late_share_change,
    features.days_late_change,
    features.overdue_share,
    features.greatest_days_overdue,
    features.days_since_settled,
    features.late_days,
    features.financial_situation,
    features.is_new
FROM score.dated_features AS features
INNER JOIN run.parameters AS run ON features.scored_on = run.as_of
