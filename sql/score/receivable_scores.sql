-- How likely each open receivable is to be paid late, when its money may come, and why: by the fitted model where one
-- is promoted, else by the points scorecard.
-- Grain: company, receivable of staging.open_receivables. Probabilities 0-1; dates are calendar days.
-- very_late_probability: more than the model's second tolerance (7 days); NULL by the scorecard, which does not tell.
-- expected_days_late: fitted, the middle of the distribution, not below 0; scorecard, probability x usual days late.
-- expected_pay_date: the due date and the middle of the distribution, never before as_of, moved from a weekend to
-- Monday. The distribution itself is in delays.pay_delays, which no decision waits for.
-- log_odds: of being late; parts: the three reasons that weigh most, 'everything_else' and 'starting_level', which sum
-- to log_odds. method: 'fitted' (customers with history), 'fitted_newcomer', 'scorecard', 'scorecard_peers' (by peers).
-- confidence: by the settled receivables the score can stand on: 'high' from 10, 'medium' from 3, else 'low'.
-- Materialized: table
-- noqa: disable=RF01,RF02
-- (a lambda's parameter belongs to no table)
WITH judged AS (
    SELECT
        card.company_id,
        card.receivable_id,
        features.customer_id,
        features.due_date,
        coalesce(fitted.late_probability, card.late_probability) AS late_probability,
        fitted.very_late_probability,
        if(fitted.model IS NULL, card.expected_days_late, greatest(fitted.delay_50, 0)) AS expected_days_late,
        if(
            fitted.model IS NULL,
            card.expected_pay_date,
            greatest(features.due_date + round(fitted.delay_50)::INTEGER, run.as_of)
        ) AS expected_on,
        coalesce(fitted.points, card.points) AS points,
        card.has_history,
        coalesce(fitted.reasons, card.reasons) AS reasons,
        coalesce(fitted.log_odds, card.log_odds) AS log_odds,
        coalesce(
            fitted.parts,
            list_transform(
                card.reasons,
                LAMBDA reason: struct_pack(
                    code := reason.code,
                    log_odds := reason.points * ln(2) / parameters.points_to_double
                )
            )
            || [
                struct_pack(
                    code := 'everything_else',
                    log_odds := card.log_odds - card.even_log_odds
                    - coalesce(list_sum(list_transform(card.reasons, LAMBDA reason: reason.points)), 0)
                    * ln(2) / parameters.points_to_double
                ),
                struct_pack(code := 'starting_level', log_odds := card.even_log_odds)
            ]
        ) AS parts,
        fitted.model,
        CASE
            WHEN fitted.has_history THEN 'fitted'
            WHEN fitted.model IS NOT NULL THEN 'fitted_newcomer'
            WHEN card.has_history THEN 'scorecard'
            ELSE 'scorecard_peers'
        END AS method
    FROM score.scorecard_scores AS card
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.scorecard_parameters AS parameters
    INNER JOIN score.receivable_features AS features
        ON card.company_id = features.company_id AND card.receivable_id = features.receivable_id
    LEFT JOIN scoring.fitted_scores AS fitted
        ON card.company_id = fitted.company_id AND card.receivable_id = fitted.receivable_id
)

SELECT
    judged.company_id,
    judged.receivable_id,
    judged.late_probability,
    judged.very_late_probability,
    round(judged.expected_days_late, 2) AS expected_days_late,
    judged.expected_on + greatest(8 - isodow(judged.expected_on), 0)::INTEGER
    * (isodow(judged.expected_on) > 5)::INTEGER AS expected_pay_date,
    judged.points,
    judged.has_history,
    judged.reasons,
    judged.log_odds,
    judged.parts,
    judged.model,
    judged.method,
    CASE
        WHEN customers.settled_count >= 10 THEN 'high'
        WHEN customers.settled_count >= 3 THEN 'medium'
        ELSE 'low'
    END AS confidence
FROM judged
INNER JOIN score.customer_features AS customers
    ON judged.company_id = customers.company_id AND judged.customer_id = customers.customer_id
