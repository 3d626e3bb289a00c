-- How late each company is paid, from its settled receivables before as_of: score.dated_company_history of as_of.
-- Grain: company. late_share 0-1; late_days: mean days late of the late ones. first_settled_on: NULL if none ever was.
-- Materialized: view
SELECT
    history.company_id,
    history.first_settled_on,
    history.settled_count,
    history.late_share,
    history.late_days
FROM score.dated_company_history AS history
INNER JOIN run.parameters AS run ON history.scored_on = run.as_of
