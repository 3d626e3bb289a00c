-- What the fitted model says of each customer: how likely a usual receivable issued that day is to be late.
-- Grain: company, customer, scored_on of features.usual_receivables: as_of, and score_change_days before it, by one
-- model and with one shift of the level, so that the two can be compared.
-- late_probability: 0-1, of being paid more than the model's first tolerance after the due date. log_odds: of the same.
-- reasons: the three that weigh most, with points on the scale of the scorecard; NULL but on as_of.
-- Materialized: table
-- noqa: disable=RF01,RF02
-- (a lambda's parameter belongs to no table)
WITH asked AS (
    SELECT
        points.company_id,
        points.customer_id,
        points.scored_on,
        odds.has_history,
        odds.log_odds[1] + coalesce(shifts.late, 0) AS log_odds
    FROM features.points AS points
    INNER JOIN fitted.log_odds AS odds
        ON
            points.company_id = odds.company_id
            AND points.receivable_id = odds.receivable_id
            AND points.scored_on = odds.scored_on
    LEFT JOIN fitted.level_shifts AS shifts ON points.company_id = shifts.company_id
    WHERE points.is_customer
),

parted AS (
    SELECT
        points.company_id,
        points.customer_id,
        points.scored_on,
        fitted_parts(inputs.inputs, inputs.has_history)[1:-2] AS parts
    FROM features.points AS points
    INNER JOIN run.parameters AS run ON points.scored_on = run.as_of
    INNER JOIN fitted.inputs AS inputs
        ON
            points.company_id = inputs.company_id
            AND points.receivable_id = inputs.receivable_id
            AND points.scored_on = inputs.scored_on
    WHERE points.is_customer
),

strongest AS (
    SELECT
        parted.company_id,
        parted.customer_id,
        parted.scored_on,
        list_reverse_sort(
            list_transform(
                generate_series(1, len(parted.parts)),
                LAMBDA place: struct_pack(
                    weight := abs(parted.parts[place]),
                    place := -place,
                    log_odds := parted.parts[place]
                )
            )
        )[1:3] AS parts
    FROM parted
)

SELECT
    asked.company_id,
    asked.customer_id,
    asked.scored_on,
    asked.has_history,
    model.name AS model,
    1 / (1 + exp(-asked.log_odds)) AS late_probability,
    asked.log_odds,
    list_transform(
        strongest.parts,
        LAMBDA part: struct_pack(
            code := model.reasons[-part.place] || if(part.log_odds > 0, '_more_risk', '_less_risk'),
            points := round(part.log_odds * card.points_to_double / ln(2))::INTEGER
        )
    ) AS reasons
FROM asked
CROSS JOIN policy.fitted_model AS model
CROSS JOIN policy.scorecard_parameters AS card
LEFT JOIN strongest
    ON
        asked.company_id = strongest.company_id
        AND asked.customer_id = strongest.customer_id
        AND asked.scored_on = strongest.scored_on
