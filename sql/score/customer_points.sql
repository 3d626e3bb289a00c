-- The bins of the scorecard that each customer falls in on as_of, and their points: score.dated_points of as_of.
-- Grain: company, customer. `bins`: numbers of policy.scorecard_bins; points: their sum; more is riskier.
-- Materialized: view
SELECT
    points.company_id,
    points.customer_id,
    points.bins,
    points.points
FROM score.dated_points AS points
INNER JOIN run.parameters AS run ON points.scored_on = run.as_of
