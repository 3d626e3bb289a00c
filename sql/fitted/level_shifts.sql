-- How far the company's level of lateness has moved since the model was trained, per target.
-- Grain: company. late, very_late: what is added to log-odds; 0 while nothing has become known since.
-- Judged on receivables issued after the training that fell due in the last days before as_of (scoring.points), scored
-- on the day of their issue; an outcome counts from the day after the tolerance has passed for every receivable alike.
-- fitted_level_shift: tasks/score/fitted/shift.py.
-- Materialized: table
WITH checked AS (
    SELECT
        points.company_id,
        points.receivable_id,
        odds.log_odds,
        run.as_of - points.due_on AS days_due,
        coalesce(points.settled_on > points.due_on + model.tolerance, TRUE) AS is_late,
        coalesce(points.settled_on > points.due_on + model.very_late_tolerance, TRUE) AS is_very_late,
        model.tolerance,
        model.very_late_tolerance
    FROM features.points AS points
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.fitted_model AS model
    INNER JOIN fitted.log_odds AS odds
        ON
            points.company_id = odds.company_id
            AND points.receivable_id = odds.receivable_id
            AND points.scored_on = odds.scored_on
    WHERE
        points.scored_on < run.as_of
        AND points.days_overdue <= 0
        AND (points.is_open OR points.settled_on IS NOT NULL)
)

SELECT
    company_id,
    coalesce(
        fitted_level_shift(
            list(log_odds[1] ORDER BY receivable_id) FILTER (WHERE days_due > tolerance),
            list(is_late ORDER BY receivable_id) FILTER (WHERE days_due > tolerance)
        ),
        0
    ) AS late,
    coalesce(
        fitted_level_shift(
            list(log_odds[2] ORDER BY receivable_id) FILTER (WHERE days_due > very_late_tolerance),
            list(is_very_late ORDER BY receivable_id) FILTER (WHERE days_due > very_late_tolerance)
        ),
        0
    ) AS very_late
FROM checked
GROUP BY company_id
