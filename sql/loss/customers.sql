-- A small number for every customer, so that millions of exposures need not carry two texts each.
-- Grain: company, customer. The numbers are of this run only and are not published.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    row_number() OVER (ORDER BY company_id, customer_id)::INTEGER AS customer_number
FROM staging.customers
