-- What the fitted model says of each open receivable: log-odds with the present level, their parts, and days to
-- payment.
-- Grain: company, receivable of staging.open_receivables. days_overdue: as_of less due_on, negative before it.
-- parts: what each reason of policy.model_reasons adds to the log-odds of being late, and last where they start; they
-- sum to late_log_odds. delays: days from due_on to payment, quantiles 10, 25, 50, 75, 90 %, never below days_overdue.
-- Materialized: table
WITH today AS (
    SELECT
        points.company_id,
        points.receivable_id,
        points.scored_on,
        points.due_date,
        points.due_on,
        points.days_overdue,
        inputs.has_history,
        fitted_parts(inputs.inputs, inputs.has_history) AS parts,
        fitted_delays(inputs.inputs, points.days_overdue::DOUBLE) AS delays
    FROM features.points AS points
    INNER JOIN run.parameters AS run ON points.scored_on = run.as_of
    INNER JOIN fitted.inputs AS inputs
        ON
            points.company_id = inputs.company_id
            AND points.receivable_id = inputs.receivable_id
            AND points.scored_on = inputs.scored_on
    WHERE NOT points.is_customer
)

SELECT
    today.company_id,
    today.receivable_id,
    today.due_date,
    today.due_on,
    today.days_overdue,
    today.has_history,
    odds.log_odds[1] + coalesce(shifts.late, 0) AS late_log_odds,
    odds.log_odds[2] + coalesce(shifts.very_late, 0) AS very_late_log_odds,
    odds.log_odds[3] AS default_log_odds,
    list_append(today.parts[1:-2], today.parts[-1] + coalesce(shifts.late, 0)) AS parts,
    today.delays
FROM today
INNER JOIN fitted.log_odds AS odds
    ON
        today.company_id = odds.company_id
        AND today.receivable_id = odds.receivable_id
        AND today.scored_on = odds.scored_on
LEFT JOIN fitted.level_shifts AS shifts ON today.company_id = shifts.company_id
