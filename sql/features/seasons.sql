-- How a branch was paid in each month of the year, in the years before the present season.
-- Grain: company, branch, scored_on of features.points, due_month (1-12); only months of which an outcome was known
-- half a year before scored_on (182 days: what is nearer is the present season, not one to compare it with).
-- late_difference: the late share of what was due in that month, drawn to the late share of the same years with
-- policy.score_settings.branch_weight, less that share: the level of the years is in features.branches. Outcomes of the
-- last history_days.
-- Leak-free: as features.branches. Counted per day first: a year of days stands for millions of items.
-- Materialized: table
WITH daily AS (
    SELECT
        company_id,
        branch,
        month(due_date) AS due_month,
        known_from,
        stands_after,
        stands_until,
        count(*) AS known_count,
        count(*) FILTER (WHERE is_late) AS late_count
    FROM features.items
    WHERE known_from IS NOT NULL
    GROUP BY company_id, branch, month(due_date), known_from, stands_after, stands_until
),

days AS (
    SELECT DISTINCT
        company_id,
        branch,
        scored_on
    FROM features.points
),

months AS (
    SELECT
        days.company_id,
        days.branch,
        days.scored_on,
        daily.due_month,
        settings.branch_weight,
        sum(daily.known_count) AS known_count,
        sum(daily.late_count) AS late_count
    FROM days
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN daily
        ON
            days.company_id = daily.company_id
            AND days.branch = daily.branch
            AND days.scored_on > daily.stands_after
            AND days.scored_on <= daily.stands_until
            AND days.scored_on - 182 >= daily.known_from
            AND daily.known_from > days.scored_on - settings.history_days
    GROUP BY days.company_id, days.branch, days.scored_on, daily.due_month, settings.branch_weight
),

years AS (
    SELECT
        months.*,
        sum(late_count) OVER (PARTITION BY company_id, branch, scored_on)
        / sum(known_count) OVER (PARTITION BY company_id, branch, scored_on) AS late_share
    FROM months
)

SELECT
    company_id,
    branch,
    scored_on,
    due_month,
    (late_count + branch_weight * late_share) / (known_count + branch_weight) - late_share AS late_difference
FROM years
