-- How the customers of a branch together paid in each circumstance, in the last policy.score_settings.context_days and
-- the last `base_days` of them.
-- Grain: company, branch, scored_on, kind, value. Leak-free: outcomes known by scored_on.
-- Counted per day first: a year of days stands for millions of items.
-- Materialized: table
WITH daily AS (
    SELECT
        company_id,
        branch,
        kind,
        value,
        known_from,
        stands_after,
        stands_until,
        count(*) AS known_count,
        count(*) FILTER (WHERE is_late) AS late_count
    FROM features.item_contexts
    GROUP BY company_id, branch, kind, value, known_from, stands_after, stands_until
),

wanted AS (
    SELECT DISTINCT
        company_id,
        branch,
        scored_on,
        kind,
        value
    FROM features.point_contexts
)

SELECT
    wanted.company_id,
    wanted.branch,
    wanted.scored_on,
    wanted.kind,
    wanted.value,
    sum(daily.known_count)::BIGINT AS known_count,
    sum(daily.late_count)::BIGINT AS late_count,
    coalesce(sum(daily.known_count) FILTER (WHERE daily.known_from > wanted.scored_on - settings.base_days), 0)::BIGINT
        AS base_known_count,
    coalesce(sum(daily.late_count) FILTER (WHERE daily.known_from > wanted.scored_on - settings.base_days), 0)::BIGINT
        AS base_late_count
FROM wanted
CROSS JOIN policy.score_settings AS settings
INNER JOIN daily
    ON
        wanted.company_id = daily.company_id
        AND wanted.branch = daily.branch
        AND wanted.kind = daily.kind
        AND wanted.value = daily.value
        AND wanted.scored_on >= daily.known_from
        AND wanted.scored_on > daily.stands_after
        AND wanted.scored_on <= daily.stands_until
        AND daily.known_from > wanted.scored_on - settings.context_days
GROUP BY wanted.company_id, wanted.branch, wanted.scored_on, wanted.kind, wanted.value
