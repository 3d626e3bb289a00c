-- What the fitted model says of each point, before the level is looked at: calibrated log-odds of its three targets.
-- Grain: company, receivable, scored_on of features.receivables. log_odds: late, very_late, default.
-- fitted_log_odds: the boosters, one call per chunk of rows (tasks/score/fitted/apply.py).
-- Materialized: table
SELECT
    company_id,
    receivable_id,
    scored_on,
    has_history,
    fitted_log_odds(inputs, has_history) AS log_odds
FROM fitted.inputs
