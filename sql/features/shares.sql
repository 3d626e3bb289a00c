-- How often a customer is late, on the day of a score, drawn to the late share of the receivable's branch.
-- Grain: company, customer, branch, scored_on of features.points; also customers without history (the branch's share).
-- recent_, latest_: of the outcomes known in the last policy.score_settings.recent_days and latest_days, each drawn to
-- the longer window.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        branch,
        scored_on
    FROM features.points
),

whole AS (
    SELECT
        wanted.company_id,
        wanted.customer_id,
        wanted.branch,
        wanted.scored_on,
        settings.customer_weight,
        branches.late_share AS branch_late_share,
        branches.base_late_share,
        coalesce(customers.late_count, 0) AS late_count,
        coalesce(customers.known_count, 0) AS known_count,
        coalesce(customers.recent_late_count, 0) AS recent_late_count,
        coalesce(customers.recent_count, 0) AS recent_count,
        coalesce(customers.latest_late_count, 0) AS latest_late_count,
        coalesce(customers.latest_count, 0) AS latest_count,
        coalesce(customers.decayed_late_count, 0) AS decayed_late_count,
        coalesce(customers.decayed_count, 0) AS decayed_count
    FROM wanted
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN features.branches AS branches
        ON
            wanted.company_id = branches.company_id
            AND wanted.branch = branches.branch
            AND wanted.scored_on = branches.scored_on
    LEFT JOIN features.customers AS customers
        ON
            wanted.company_id = customers.company_id
            AND wanted.customer_id = customers.customer_id
            AND wanted.scored_on = customers.scored_on
),

drawn AS (
    SELECT
        *,
        (late_count + customer_weight * branch_late_share) / (known_count + customer_weight) AS late_share
    FROM whole
),

drawn_again AS (
    SELECT
        *,
        (recent_late_count + customer_weight * late_share) / (recent_count + customer_weight) AS recent_late_share
    FROM drawn
)

SELECT
    company_id,
    customer_id,
    branch,
    scored_on,
    branch_late_share,
    base_late_share,
    late_share,
    recent_late_share,
    (latest_late_count + customer_weight * recent_late_share) / (latest_count + customer_weight) AS latest_late_share,
    (decayed_late_count + late_share) / (decayed_count + 1) AS decayed_late_share
FROM drawn_again
