-- How risky each customer is, whether that changes, and why.
-- Grain: company, customer of staging.customers.
-- risk_score: 1000 x the probability of a late payment that the customer's own points give, 0 good … 1000 bad;
-- risk_grade A good … E bad. trend: the last 150 days against the time before, by late share and days late;
-- 'unknown' with too few settled receivables on either side. is_new: too little history, and first business not
-- long ago.
-- What it was score_change_days ago, which no decision waits for, is in earlier.customer_scores.
-- late_share and median_days_late are as observed; NULL without settled receivables.
-- reasons: the three bins with the most points up or down; the lower bin number first among equals. Many customers
-- fall into the same bins, so that reasons are made once for each set of them.
-- Constants and sources: tasks/score/scorecard.yaml.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH scored AS (
    SELECT
        points.company_id,
        points.customer_id,
        points.bins,
        round(1000 / (1 + exp(-(points.points - card.even_points) * ln(2) / card.points_to_double)))::INTEGER
            AS risk_score
    FROM score.customer_points AS points
    CROSS JOIN policy.scorecard_parameters AS card
),

graded AS (
    SELECT
        scored.company_id,
        scored.customer_id,
        scored.bins,
        scored.risk_score,
        grades.risk_grade
    FROM scored
    INNER JOIN policy.risk_grades AS grades
        ON scored.risk_score >= grades.at_least AND scored.risk_score < coalesce(grades.below, 1001)
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
    explained.reasons
FROM graded
INNER JOIN score.customer_features AS features
    ON graded.company_id = features.company_id AND graded.customer_id = features.customer_id
CROSS JOIN policy.scorecard_parameters AS card
INNER JOIN explained ON graded.bins = explained.bins
