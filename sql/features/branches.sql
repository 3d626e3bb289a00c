-- How each branch of the company is paid, on the morning of the day of a score.
-- Grain: company, branch, scored_on. late_share 0-1: of the outcomes known in the last
-- policy.score_settings.history_days, drawn to the prior of the scorecard with its weight; base_late_share: of the last
-- base_days, drawn to late_share.
-- Materialized: table
WITH days AS (
    SELECT DISTINCT
        company_id,
        branch,
        scored_on
    FROM features.points
),

daily AS (
    SELECT
        company_id,
        branch,
        known_from,
        stands_after,
        stands_until,
        count(*) AS known_count,
        count(*) FILTER (WHERE is_late) AS late_count
    FROM features.items
    WHERE known_from IS NOT NULL
    GROUP BY company_id, branch, known_from, stands_after, stands_until
),

sums AS (
    SELECT
        days.company_id,
        days.branch,
        days.scored_on,
        settings.base_weight,
        coalesce(sum(daily.known_count), 0) AS known_count,
        coalesce(sum(daily.late_count), 0) AS late_count,
        coalesce(sum(daily.known_count) FILTER (WHERE daily.known_from > days.scored_on - settings.base_days), 0)
            AS base_known_count,
        coalesce(sum(daily.late_count) FILTER (WHERE daily.known_from > days.scored_on - settings.base_days), 0)
            AS base_late_count
    FROM days
    CROSS JOIN policy.score_settings AS settings
    LEFT JOIN daily
        ON
            days.company_id = daily.company_id
            AND days.branch = daily.branch
            AND days.scored_on >= daily.known_from
            AND days.scored_on > daily.stands_after
            AND days.scored_on <= daily.stands_until
            AND daily.known_from > days.scored_on - settings.history_days
    GROUP BY days.company_id, days.branch, days.scored_on, settings.base_weight
),

shares AS (
    SELECT
        sums.company_id,
        sums.branch,
        sums.scored_on,
        sums.base_weight,
        sums.known_count,
        sums.base_known_count,
        sums.base_late_count,
        (sums.late_count + card.company_weight * card.prior_late_share) / (sums.known_count + card.company_weight)
            AS late_share
    FROM sums
    CROSS JOIN policy.scorecard_parameters AS card
)

SELECT
    company_id,
    branch,
    scored_on,
    known_count::BIGINT AS known_count,
    late_share,
    (base_late_count + base_weight * late_share) / (base_known_count + base_weight) AS base_late_share
FROM shares
