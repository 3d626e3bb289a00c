-- What the scorecard looks at in a customer, known on the evening before as_of.
-- Grain: company, customer of staging.customers. Shares 0-1, days in calendar days; NULL where a feature says nothing.
-- late_share and median_days_late are drawn to the company's late share and to 0, so that one invoice does not make a
-- verdict; late_days: days late of the customer's late receivables, drawn to the company's.
-- late_share_change, days_late_change: the last 150 days less the time before; negative is better.
-- overdue_share: with three punctual receivables added, so that one overdue invoice of one is not 100 %.
-- Weights: tasks/score/scorecard.yaml. Leak-free: see score.customer_history; master data are as landed.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH counts AS (
    SELECT
        customers.company_id,
        customers.customer_id,
        run.as_of,
        customers.country,
        customers.zone,
        customers.sector,
        customers.customer_class,
        customers.payment_method,
        customers.financial_situation,
        least(customers.customer_since, history.first_invoice_on) AS first_business_on,
        history.last_settled_on,
        coalesce(history.settled_count, 0) AS settled_count,
        coalesce(history.late_count, 0) AS late_count,
        coalesce(history.late_days_sum, 0) AS late_days_sum,
        history.median_days_late,
        history.recent_settled_count,
        history.recent_late_count,
        history.recent_days_late_sum,
        history.days_late_sum,
        history.last_outcomes,
        coalesce(history.open_count, 0) AS open_count,
        coalesce(history.overdue_count, 0) AS overdue_count,
        coalesce(history.greatest_days_overdue, 0) AS greatest_days_overdue
    FROM staging.customers AS customers
    CROSS JOIN run.parameters AS run
    LEFT JOIN score.customer_history AS history
        ON customers.company_id = history.company_id AND customers.customer_id = history.customer_id
),

newcomers AS (
    SELECT
        company_id,
        customer_id,
        unnest(['country', 'zone', 'sector', 'customer_class', 'payment_method']) AS attribute,
        unnest([country, zone, sector, customer_class, payment_method]) AS value
    FROM counts
    WHERE settled_count = 0
),

peers AS (
    SELECT
        newcomers.company_id,
        newcomers.customer_id,
        avg(peers.late_share) AS late_share
    FROM newcomers
    INNER JOIN score.peer_history AS peers
        ON
            newcomers.company_id = peers.company_id
            AND newcomers.attribute = peers.attribute
            AND newcomers.value = peers.value
    GROUP BY newcomers.company_id, newcomers.customer_id
)

SELECT
    counts.company_id,
    counts.customer_id,
    counts.settled_count > 0 AS has_history,
    counts.settled_count,
    if(counts.settled_count > 0, counts.late_count / counts.settled_count, NULL) AS observed_late_share,
    counts.median_days_late AS observed_median_days_late,
    if(
        counts.settled_count > 0,
        (counts.late_count + card.customer_weight * company.late_share)
        / (counts.settled_count + card.customer_weight),
        NULL
    ) AS late_share,
    if(counts.settled_count > 0, NULL, coalesce(peers.late_share, company.late_share)) AS peer_late_share,
    list_avg(list_transform(counts.last_outcomes, LAMBDA outcome: (outcome % 10000 > 1000)::INTEGER))
        AS last_late_share,
    counts.median_days_late * counts.settled_count / (counts.settled_count + card.customer_weight)
        AS median_days_late,
    if(
        least(counts.recent_settled_count, counts.settled_count - counts.recent_settled_count)
        >= card.trend_least_count,
        counts.recent_late_count / counts.recent_settled_count
        - (counts.late_count - counts.recent_late_count) / (counts.settled_count - counts.recent_settled_count),
        NULL
    ) AS late_share_change,
    if(
        least(counts.recent_settled_count, counts.settled_count - counts.recent_settled_count)
        >= card.trend_least_count,
        counts.recent_days_late_sum / counts.recent_settled_count
        - (counts.days_late_sum - counts.recent_days_late_sum)
        / (counts.settled_count - counts.recent_settled_count),
        NULL
    ) AS days_late_change,
    counts.overdue_count / (counts.open_count + 3) AS overdue_share,
    counts.greatest_days_overdue,
    if(counts.overdue_count > 0, date_diff('day', counts.last_settled_on, counts.as_of), NULL)
        AS days_since_settled,
    (counts.late_days_sum + card.late_days_weight * company.late_days)
    / (counts.late_count + card.late_days_weight) AS late_days,
    counts.financial_situation,
    counts.settled_count < card.new_least_settled
    AND coalesce(counts.first_business_on > counts.as_of - card.new_within_days, TRUE) AS is_new
FROM counts
CROSS JOIN policy.scorecard_parameters AS card
INNER JOIN score.company_history AS company ON counts.company_id = company.company_id
LEFT JOIN peers ON counts.company_id = peers.company_id AND counts.customer_id = peers.customer_id
