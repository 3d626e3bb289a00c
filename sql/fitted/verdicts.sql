-- What the fitted model says of each open receivable, in the form of score.receivable_scores.
-- Grain: company, receivable of staging.open_receivables. Probabilities 0-1; days in calendar days.
-- late_probability: of being paid more than the model's first tolerance after due_on; 1 once that has passed. Between
-- the two tolerances the second is conditional on the first. default_probability: of more than 90 days; 1 once they
-- passed.
-- log_odds: of being late, also where it is late already. parts: the three reasons that weigh most, then
-- 'everything_else' and 'starting_level'; they sum to log_odds. points: log_odds on the scale of the scorecard.
-- delay_10 … delay_90: days from the due date to payment.
-- Materialized: table
-- noqa: disable=RF01,RF02
-- (a lambda's parameter belongs to no table)
WITH named AS (
    SELECT
        answers.company_id,
        answers.receivable_id,
        answers.has_history,
        answers.late_log_odds,
        list_transform(
            answers.delays,
            LAMBDA delay: delay + date_diff('day', answers.due_date, answers.due_on)
        ) AS delays,
        model.name AS model,
        if(answers.days_overdue > model.tolerance, 1, 1 / (1 + exp(-answers.late_log_odds))) AS late_probability,
        CASE
            WHEN answers.days_overdue > model.very_late_tolerance THEN 1
            WHEN answers.days_overdue > model.tolerance
                THEN least((1 + exp(-answers.late_log_odds)) / (1 + exp(-answers.very_late_log_odds)), 1)
            ELSE 1 / (1 + exp(-least(answers.very_late_log_odds, answers.late_log_odds)))
        END AS very_late_probability,
        if(answers.days_overdue > 90, 1, 1 / (1 + exp(-answers.default_log_odds))) AS default_probability,
        answers.parts[-1] AS starting_level,
        list_reverse_sort(
            list_transform(
                generate_series(1, len(answers.parts) - 1),
                LAMBDA place: struct_pack(
                    weight := abs(answers.parts[place]),
                    place := -place,
                    log_odds := answers.parts[place]
                )
            )
        )[1:3] AS strongest,
        model.reasons,
        card.points_to_double,
        card.even_points
    FROM fitted.answers AS answers
    CROSS JOIN policy.fitted_model AS model
    CROSS JOIN policy.scorecard_parameters AS card
),

told AS (
    SELECT
        named.*,
        list_transform(
            named.strongest,
            LAMBDA part: struct_pack(
                code := named.reasons[-part.place] || if(part.log_odds > 0, '_more_risk', '_less_risk'),
                log_odds := part.log_odds
            )
        ) AS parts
    FROM named
)

SELECT
    company_id,
    receivable_id,
    has_history,
    model,
    late_probability,
    very_late_probability,
    least(default_probability, very_late_probability) AS default_probability,
    late_log_odds AS log_odds,
    parts
    || [
        struct_pack(
            code := 'everything_else',
            log_odds := late_log_odds - starting_level
            - list_sum(list_transform(parts, LAMBDA part: part.log_odds))
        ),
        struct_pack(code := 'starting_level', log_odds := starting_level)
    ] AS parts,
    round(late_log_odds * points_to_double / ln(2) + even_points)::INTEGER AS points,
    list_transform(
        parts,
        LAMBDA part: struct_pack(
            code := part.code,
            points := round(part.log_odds * points_to_double / ln(2))::INTEGER
        )
    ) AS reasons,
    delays[1] AS delay_10,
    delays[2] AS delay_25,
    delays[3] AS delay_50,
    delays[4] AS delay_75,
    delays[5] AS delay_90
FROM told
