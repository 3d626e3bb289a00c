-- How risky each customer is, whether that changes, and why.
-- Grain: company, customer of staging.customers.
-- risk_score: 1000 x the probability of a late payment, 0 good … 1000 bad: of a usual receivable of the customer issued
-- today, by the fitted model where one is promoted (scoring.fitted_customers), else by the customer's own points.
-- A model has seen no finances: what the scorecard adds for them counts in its scores too. Customers of whom the model
-- knows no document are scored by points. method: 'fitted' (customers with history), 'fitted_newcomer', 'scorecard',
-- 'scorecard_peers' (by peers); model: its name. risk_grade A good … E bad, the same steps for all.
-- trend: the last 150 days against the time before, by late share and days late, whatever scores; 'unknown' with too
-- few settled receivables on either side. is_new: too little history, and first business not long ago.
-- What it was score_change_days ago, which no decision waits for, is in earlier.customer_scores.
-- late_share and median_days_late are as observed; NULL without settled receivables.
-- reasons: the three bins with the most points up or down; the lower bin number first among equals. Many customers
-- fall into the same bins, so that reasons are made once for each set of them.
-- Constants and sources: tasks/score/scorecard.yaml.
-- Materialized: table
-- noqa: disable=RF01,RF02
-- (a lambda's parameter belongs to no table)
WITH scored AS (
    SELECT
        points.company_id,
        points.customer_id,
        points.bins,
        features.has_history,
        fitted.model,
        fitted.reasons,
        if(situation.points > 0, situation.points, 0) AS situation_points,
        situation.reason AS situation_reason,
        coalesce(
            fitted.log_odds + if(situation.points > 0, situation.points, 0) * ln(2) / card.points_to_double,
            (points.points - card.even_points) * ln(2) / card.points_to_double
        ) AS log_odds
    FROM score.customer_points AS points
    CROSS JOIN policy.scorecard_parameters AS card
    CROSS JOIN run.parameters AS run
    INNER JOIN score.customer_features AS features
        ON points.company_id = features.company_id AND points.customer_id = features.customer_id
    LEFT JOIN policy.scorecard_bins AS situation
        ON situation.feature = 'financial_situation' AND features.financial_situation = situation.word
    LEFT JOIN scoring.fitted_customers AS fitted
        ON
            points.company_id = fitted.company_id
            AND points.customer_id = fitted.customer_id
            AND run.as_of = fitted.scored_on
),

rounded AS (
    SELECT
        scored.*,
        round(1000 / (1 + exp(-scored.log_odds)))::INTEGER AS risk_score
    FROM scored
),

graded AS (
    SELECT
        rounded.company_id,
        rounded.customer_id,
        rounded.bins,
        rounded.risk_score,
        grades.risk_grade,
        rounded.model,
        CASE
            WHEN rounded.model IS NULL AND rounded.has_history THEN 'scorecard'
            WHEN rounded.model IS NULL THEN 'scorecard_peers'
            WHEN rounded.has_history THEN 'fitted'
            ELSE 'fitted_newcomer'
        END AS method,
        list_transform(
            list_reverse_sort(
                list_transform(
                    rounded.reasons
                    || if(
                        rounded.situation_points > 0,
                        [struct_pack(code := rounded.situation_reason, points := rounded.situation_points)],
                        []
                    ),
                    LAMBDA reason: struct_pack(weight := abs(reason.points), reason := reason)
                )
            )[1:3],
            LAMBDA weighed: weighed.reason
        ) AS fitted_reasons
    FROM rounded
    INNER JOIN policy.risk_grades AS grades
        ON rounded.risk_score >= grades.at_least AND rounded.risk_score < coalesce(grades.below, 1001)
),

explained AS (
    SELECT
        sets.bins,
        list_transform(
            list_reverse_sort(
                list_transform(
                    list_filter(sets.bins, LAMBDA bin: card.bin_points[bin] <> 0),
                    LAMBDA bin: abs(card.bin_points[bin]) * 1000 + 999 - bin
                )
            )[1:3],
            LAMBDA weight: struct_pack(
                code := card.bin_reasons[999 - weight % 1000],
                points := card.bin_points[999 - weight % 1000]
            )
        ) AS reasons
    FROM (
        SELECT DISTINCT points.bins
        FROM score.customer_points AS points
    ) AS sets
    CROSS JOIN score.scorecard AS card
)

SELECT
    graded.company_id,
    graded.customer_id,
    graded.risk_score,
    graded.risk_grade,
    CASE
        WHEN features.late_share_change IS NULL THEN 'unknown'
        WHEN
            features.late_share_change >= card.trend_least_change
            OR features.days_late_change >= card.trend_least_days THEN 'worse'
        WHEN
            features.late_share_change <= -card.trend_least_change
            OR features.days_late_change <= -card.trend_least_days THEN 'better'
        ELSE 'stable'
    END AS trend,
    features.is_new,
    features.settled_count,
    round(features.observed_late_share, 6) AS late_share,
    features.observed_median_days_late AS median_days_late,
    coalesce(graded.fitted_reasons, explained.reasons) AS reasons,
    graded.method,
    graded.model
FROM graded
INNER JOIN score.customer_features AS features
    ON graded.company_id = features.company_id AND graded.customer_id = features.customer_id
CROSS JOIN policy.scorecard_parameters AS card
INNER JOIN explained ON graded.bins = explained.bins
