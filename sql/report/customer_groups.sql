-- The group of each customer.
-- Grain: company, customer, which is customer_number of loss.customers; group_number of report.groups.
-- Materialized: table
SELECT
    numbers.company_id,
    numbers.customer_id,
    numbers.customer_number,
    groups.group_number
FROM loss.customers AS numbers
INNER JOIN staging.customers AS customers
    ON numbers.company_id = customers.company_id AND numbers.customer_id = customers.customer_id
LEFT JOIN segment.customers AS segments
    ON customers.company_id = segments.company_id AND customers.customer_id = segments.customer_id
INNER JOIN report.groups AS groups
    ON
        customers.company_id = groups.company_id
        AND coalesce(segments.segment, 'unknown') = groups.segment
        AND coalesce(customers.sector, 'unknown') = groups.sector
        AND coalesce(customers.zone, 'unknown') = groups.zone
        AND coalesce(customers.country, 'unknown') = groups.country
        AND coalesce(customers.customer_class, 'unknown') = groups.customer_class
        AND coalesce(customers.payment_method, 'unknown') = groups.payment_method
