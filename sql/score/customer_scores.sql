-- How risky each customer is, whether that changes, and why.
-- Grain: company, customer of staging.customers.
-- risk_score: 1000 x the probability of a late payment that the customer's own points give, 0 good … 1000 bad;
-- risk_grade A good … E bad. trend: the last 150 days against the time before, by late share and days late;
-- 'unknown' with too few settled receivables on either side. is_new: too little history, and first business not
-- long ago.
-- late_share and median_days_late are as observed; NULL without settled receivables.
-- reasons: the three bins with the most points up or down; the lower bin number first among equals.
-- Constants and sources: tasks/score/scorecard.yaml.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH judged AS (
    SELECT
        features.company_id,
        features.customer_id,
        points.bins,
        round(1000 / (1 + exp(-(points.points - card.even_points) * ln(2) / card.points_to_double)))::INTEGER
            AS risk_score,
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
        features.observed_late_share,
        features.observed_median_days_late
    FROM score.customer_features AS features
    INNER JOIN score.customer_points AS points
        ON features.company_id = points.company_id AND features.customer_id = points.customer_id
    CROSS JOIN policy.scorecard_parameters AS card
)

SELECT
    judged.company_id,
    judged.customer_id,
    judged.risk_score,
    grades.risk_grade,
    judged.trend,
    judged.is_new,
    judged.settled_count,
    round(judged.observed_late_share, 6) AS late_share,
    judged.observed_median_days_late AS median_days_late,
    list_transform(
        list_reverse_sort(
            list_transform(
                list_filter(judged.bins, LAMBDA bin: card.bin_points[bin] <> 0),
                LAMBDA bin: abs(card.bin_points[bin]) * 1000 + 999 - bin
            )
        )[1:3],
        LAMBDA weight: struct_pack(
            code := card.bin_reasons[999 - weight % 1000],
            points := card.bin_points[999 - weight % 1000]
        )
    ) AS reasons
FROM judged
CROSS JOIN score.scorecard AS card
INNER JOIN policy.risk_grades AS grades
    ON judged.risk_score >= grades.at_least AND judged.risk_score < coalesce(grades.below, 1001)
