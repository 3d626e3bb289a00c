-- The different kinds of customers: every combination of what metrics are told apart by that any of them has.
-- Grain: company, segment, sector, zone, country, customer_class, payment_method; group_number numbers them in a run.
-- Everything is as it is today: history is read in today's groups. What nobody says is 'unknown'.
-- Materialized: table
WITH combinations AS (
    SELECT DISTINCT
        customers.company_id,
        coalesce(segments.segment, 'unknown') AS segment,
        coalesce(customers.sector, 'unknown') AS sector,
        coalesce(customers.zone, 'unknown') AS zone,
        coalesce(customers.country, 'unknown') AS country,
        coalesce(customers.customer_class, 'unknown') AS customer_class,
        coalesce(customers.payment_method, 'unknown') AS payment_method
    FROM staging.customers AS customers
    LEFT JOIN segment.customers AS segments
        ON customers.company_id = segments.company_id AND customers.customer_id = segments.customer_id
)

SELECT
    company_id,
    segment,
    sector,
    zone,
    country,
    customer_class,
    payment_method,
    row_number() OVER (
        ORDER BY company_id, segment, sector, zone, country, customer_class, payment_method
    )::INTEGER AS group_number
FROM combinations
