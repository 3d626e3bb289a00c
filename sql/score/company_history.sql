-- How late a company is paid, from its settled receivables before as_of, drawn to the priors while they are few.
-- Grain: company. late_share 0-1; late_days: mean days late of the late ones. first_settled_on: NULL if none ever was.
-- Priors and their weight in settled receivables: tasks/score/scorecard.yaml.
-- Materialized: table
WITH companies AS (
    SELECT DISTINCT company_id
    FROM staging.customers
),

sums AS (
    SELECT
        companies.company_id,
        min(history.first_settled_on) AS first_settled_on,
        coalesce(sum(history.settled_count), 0) AS settled_count,
        coalesce(sum(history.late_count), 0) AS late_count,
        coalesce(sum(history.late_days_sum), 0) AS late_days_sum
    FROM companies
    LEFT JOIN score.customer_history AS history ON companies.company_id = history.company_id
    GROUP BY companies.company_id
)

SELECT
    sums.company_id,
    sums.first_settled_on,
    sums.settled_count::BIGINT AS settled_count,
    (sums.late_count + card.company_weight * card.prior_late_share)
    / (sums.settled_count + card.company_weight) AS late_share,
    (sums.late_days_sum + card.company_weight * card.prior_late_days)
    / (sums.late_count + card.company_weight) AS late_days
FROM sums
CROSS JOIN policy.scorecard_parameters AS card
