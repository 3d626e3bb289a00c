-- How late the customers of one country, zone, sector, class or way to pay are, drawn to their company's late share.
-- Grain: company, attribute, value. late_share 0-1. What a customer without history
-- is judged by.
-- Weight of the company's share in settled receivables: tasks/score/scorecard.yaml.
-- Materialized: table
WITH sums AS (
    SELECT
        customers.company_id,
        CASE
            WHEN grouping(customers.country) = 0 THEN 'country'
            WHEN grouping(customers.zone) = 0 THEN 'zone'
            WHEN grouping(customers.sector) = 0 THEN 'sector'
            WHEN grouping(customers.customer_class) = 0 THEN 'customer_class'
            ELSE 'payment_method'
        END AS attribute,
        CASE
            WHEN grouping(customers.country) = 0 THEN customers.country
            WHEN grouping(customers.zone) = 0 THEN customers.zone
            WHEN grouping(customers.sector) = 0 THEN customers.sector
            WHEN grouping(customers.customer_class) = 0 THEN customers.customer_class
            ELSE customers.payment_method
        END AS value,
        sum(history.settled_count) AS settled_count,
        sum(history.late_count) AS late_count
    FROM staging.customers AS customers
    INNER JOIN score.customer_history AS history
        ON customers.company_id = history.company_id AND customers.customer_id = history.customer_id
    GROUP BY GROUPING SETS (
        (customers.company_id, customers.country),
        (customers.company_id, customers.zone),
        (customers.company_id, customers.sector),
        (customers.company_id, customers.customer_class),
        (customers.company_id, customers.payment_method)
    )
)

SELECT
    sums.company_id,
    sums.attribute,
    sums.value,
    (sums.late_count + card.peer_weight * company.late_share) / (sums.settled_count + card.peer_weight) AS late_share
FROM sums
CROSS JOIN policy.scorecard_parameters AS card
INNER JOIN score.company_history AS company ON sums.company_id = company.company_id
WHERE sums.value IS NOT NULL
